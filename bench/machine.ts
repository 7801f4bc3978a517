/** What the numbers depend on. Says nothing that would identify an individual machine. */
import { availableParallelism, tmpdir } from "node:os";
import { executable } from "../test/support/world.ts";

export interface Machine {
  readonly system: string;
  readonly cores: number;
  /** The one that homes and workspaces are on: on a file system in memory, a commit costs nothing. */
  readonly fileSystem: string;
  readonly versions: Readonly<Record<string, string>>;
}

export async function inspectMachine(): Promise<Machine> {
  const questions = {
    mono: [executable, "--version"],
    docker: ["docker", "version", "--format", "{{.Server.Version}}"],
    compose: ["docker", "compose", "version", "--short"],
    tmux: ["tmux", "-V"],
    sqlite3: ["sqlite3", "--version"],
  };
  const versions = await Promise.all(
    Object.entries(questions).map(async ([name, argv]) => [name, await answerTo(argv)] as const),
  );
  return {
    system: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    fileSystem: await answerTo(["stat", "-f", "-c", "%T", tmpdir()]),
    versions: { bun: Bun.version, ...Object.fromEntries(versions) },
  };
}

/** The first word that is not the program's own name; "unknown" when there is no answer. */
async function answerTo(argv: readonly string[]): Promise<string> {
  const [program = ""] = argv;
  if (Bun.which(program) === null) return "unknown";
  const child = Bun.spawn([...argv], { stdout: "pipe", stderr: "ignore" });
  const text = await child.stdout.text();
  if ((await child.exited) !== 0) return "unknown";
  return (
    text
      .trim()
      .split(/\s+/)
      .find((word) => word !== program) ?? "unknown"
  );
}
