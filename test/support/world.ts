/**
 * A world of its own for each test: a home folder, a tmux server, workspaces, and names that no other test has, on
 * the real Docker engine. `disposeWorld` fails the test when anything is left in it.
 */
import { randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export const repository = resolve(import.meta.dir, "../..");
export const executable = process.env["MONO_EXECUTABLE"] ?? join(repository, "dist/mono");

/** The same in a line for a shell, also in one within single quotes: the clone's path may have spaces. */
export const executableInShell = executable.replace(/[^\w/.-]/g, String.raw`\$&`);
/** A folder of programs that stand before the machine's own, such as those that behave as a Mac's. */
const toolbox = process.env["MONO_TEST_TOOLBOX"];
/** The image that tests start containers from: busybox alone, built by scripts/test. */
export const baseImage = "mono-test-base:latest";
/** `scripts/run-tests.ts --simple`: there is no Docker, or none that these tests may reach. */
const isSimple = process.env["MONO_TESTS"] === "simple";
/** How long a wait for a condition may take, in milliseconds: a hang guard, not an expectation. */
const conditionDeadlineMs = 60_000;
/** Milliseconds that a mono which a test has left running may take to end, and to undo what it was about. */
const endGraceMs = 20_000;

export interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface World {
  /** The folder that holds everything of it. */
  readonly folder: string;
  /** `$MONO_HOME`. */
  readonly home: string;
  /** The environment of every call. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes a name that no other world has. */
  readonly unique: (name: string) => string;
  /** Makes a workspace of a unique name with these files; returns its path. */
  readonly workspace: (name: string, files: Readonly<Record<string, string>>) => string;
  /** Copies a folder of the repository, or an absolute one, to a workspace of a unique name. */
  readonly copyOf: (folder: string, name: string) => string;
  /** Calls the built executable. */
  readonly mono: (args: readonly string[], options?: CallOptions) => Promise<Result>;
  /** Calls the built executable, and throws unless it exits 0. */
  readonly ok: (args: readonly string[], options?: CallOptions) => Promise<Result>;
  /** Starts the built executable as the leader of a process group, and returns at once. */
  readonly start: (
    args: readonly string[],
    options?: CallOptions,
  ) => Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** Ends what `start` has started and still runs. */
  readonly endStarted: () => Promise<void>;
  /** Calls any program in this world. */
  readonly call: (argv: readonly string[], options?: CallOptions) => Promise<Result>;
}

export interface WorldOptions {
  /** A Compose plugin to use in place of the installed one. */
  readonly composePlugin?: string | undefined;
  /** The address of an engine to use in place of the machine's. */
  readonly dockerHost?: string | undefined;
  /** The person's shell. */
  readonly shell?: string | undefined;
}

export function createWorld({ composePlugin, dockerHost, shell = "sh" }: WorldOptions = {}): World {
  // Real, since mono stores real paths: on macOS the path of the temporary folder goes through a link.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "mono-test-")));
  const mark = randomBytes(3).toString("hex");
  const home = join(folder, "mono-home");
  for (const name of ["home", "run", "tmux", "workspaces"]) mkdirSync(join(folder, name), { mode: 0o700 });
  mkdirSync(join(folder, "share/fish/generated_completions"), { recursive: true });
  if (composePlugin !== undefined) {
    mkdirSync(join(folder, "docker/cli-plugins"), { recursive: true });
    symlinkSync(composePlugin, join(folder, "docker/cli-plugins/docker-compose"));
  }
  const env = {
    ...inherited(),
    ...(toolbox !== undefined && { PATH: `${toolbox}:${process.env["PATH"] ?? ""}` }),
    HOME: join(folder, "home"),
    // Docker finds its plugins and contexts through the real home folder.
    DOCKER_CONFIG: composePlugin === undefined ? dockerConfig() : join(folder, "docker"),
    MONO_HOME: home,
    TMUX_TMPDIR: join(folder, "tmux"),
    // What shells keep while they run: without it, fish makes a folder beside the world.
    XDG_RUNTIME_DIR: join(folder, "run"),
    // fish would read every manual page, for minutes and after the test, if it found no completions of its making here.
    XDG_DATA_HOME: join(folder, "share"),
    SHELL: Bun.which(shell) ?? "/bin/sh",
    BASE_IMAGE: baseImage,
    ...(isSimple && { DOCKER_HOST: "unix:///nowhere/docker.sock" }),
    ...(dockerHost !== undefined && { DOCKER_HOST: dockerHost }),
  };
  const unique = (name: string) => `${name}-${mark}`;
  const place = (name: string) => join(folder, "workspaces", unique(name));
  const started: Bun.Subprocess[] = [];
  const call: World["call"] = async (argv, options = {}) =>
    await capture(argv, env, { cwd: folder, ...options });
  return {
    folder,
    home,
    env,
    unique,
    workspace(name, files) {
      const path = place(name);
      mkdirSync(path, { recursive: true });
      writeFiles(path, files);
      return path;
    },
    copyOf(source, name) {
      const path = place(name);
      cpSync(resolve(repository, source), path, { recursive: true });
      return path;
    },
    mono: (args, options) => call([executable, ...args], options),
    async ok(args, options) {
      const result = await call([executable, ...args], options);
      if (result.exitCode !== 0)
        throw new Error(`mono ${args.join(" ")}: exit ${result.exitCode}\n${result.stderr}`);
      return result;
    },
    start(args, options = {}) {
      const child = Bun.spawn([executable, ...args], {
        cwd: options.cwd ?? folder,
        env: clean({ ...env, ...options.env }),
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
        detached: true,
      });
      started.push(child);
      return child;
    },
    async endStarted() {
      const running = started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      for (const child of running) child.kill("SIGTERM");
      const kill = setTimeout(() => {
        for (const child of running) child.kill("SIGKILL");
      }, endGraceMs);
      await Promise.all(running.map(({ exited }) => exited));
      clearTimeout(kill);
    },
    call,
  };
}

/** The same world, seen from another `$MONO_HOME` in it. */
export function withHome(world: World, home: string): World {
  // One by one: a world for each test gets them from the world of the moment.
  const { call, copyOf, endStarted, env, folder, mono, ok, start, unique, workspace } = world;
  return { call, copyOf, endStarted, env, folder, home, mono, ok, start, unique, workspace };
}

/**
 * Ends what a failing test has left running and the world's tmux servers, those of each user that has called it, and
 * removes its folder. Throws when docker still has something of it.
 */
export async function disposeWorld(world: World): Promise<void> {
  await world.endStarted();
  const tmux = join(world.folder, "tmux");
  for (const user of readdirSync(tmux))
    for (const socket of readdirSync(join(tmux, user)))
      await world.call(["tmux", "-S", join(tmux, user, socket), "kill-server"]);
  const left = await dockerLeftovers(world);
  await removeFolder(world);
  if (left.length === 0) return;
  // A failing test must not make the next one fail.
  for (const { remove, names } of left) await world.call([...remove, ...names], { cwd: "/" });
  throw new Error(`still on the Docker engine: ${left.flatMap(({ names }) => names).join(", ")}`);
}

/** Containers run as root: in a folder that is mounted there, they leave what only root may remove. */
async function removeFolder(world: World): Promise<void> {
  const { folder } = world;
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (isSimple || !(error instanceof Error && "code" in error && error.code === "EACCES")) throw error;
    const mount = ["--rm", "--network", "none", "-v", `${folder}:/world`];
    // Not by -delete, which a small busybox does not have.
    const remove = ["find", "/world", "-mindepth", "1", "-maxdepth", "1", "-exec", "rm", "-rf", "{}", "+"];
    await docker(world, ["run", ...mount, baseImage, ...remove]);
    rmSync(folder, { recursive: true, force: true });
  }
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

interface Leftovers {
  readonly remove: readonly string[];
  readonly names: readonly string[];
}

/** Containers, networks, volumes and images whose names carry the world's mark. */
export async function dockerLeftovers(world: World): Promise<readonly Leftovers[]> {
  if (isSimple) return [];
  const mark = world.unique("").slice(1);
  const kinds = [
    { list: ["ps", "-a", "--format", "{{.Names}}"], remove: ["docker", "rm", "-fv"] },
    { list: ["network", "ls", "--format", "{{.Name}}"], remove: ["docker", "network", "rm"] },
    { list: ["volume", "ls", "--format", "{{.Name}}"], remove: ["docker", "volume", "rm"] },
    {
      list: ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"],
      remove: ["docker", "image", "rm", "-f"],
    },
  ];
  const found = await Promise.all(
    kinds.map(async ({ list, remove }) => ({
      remove,
      names: lines(await docker(world, list)).filter((name) => name.includes(mark)),
    })),
  );
  return found.filter(({ names }) => names.length > 0);
}

/** Asks docker; throws when it fails. */
export async function docker(world: World, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await world.call(["docker", ...args]);
  if (exitCode !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** The exact names of the sessions of the world's tmux server. */
export async function sessions(world: Pick<World, "call">): Promise<readonly string[]> {
  return lines((await world.call(["tmux", "list-sessions", "-F", "#{session_name}"])).stdout);
}

export function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** The names in a folder; none when it is not there. */
export function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

/** Waits until the condition gives something; throws naming it when the hang guard is over. */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = performance.now() + conditionDeadlineMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`did not come about: ${what}`);
    await Bun.sleep(20);
  }
}

function dockerConfig(): string {
  return process.env["DOCKER_CONFIG"] ?? join(process.env["HOME"] ?? "", ".docker");
}

function inherited(): Record<string, string> {
  const isOurs = (name: string) => /^(MONO_|COMPOSE_|CONDUCTOR_|TMUX)/.test(name);
  return clean(Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name))));
}

function clean(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function capture(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  options: CallOptions,
): Promise<Result> {
  const child = Bun.spawn([...argv], {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: clean({ ...env, ...options.env }),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}
