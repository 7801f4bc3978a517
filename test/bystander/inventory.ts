/** Things that are not mono's and look as if they were: names, labels, folders, sessions, processes. */
import { readdirSync, readFileSync, readlinkSync, lstatSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { leftovers } from "../support/leftovers.ts";
import { statOf } from "../support/processes.ts";
import { baseImage, docker, lines, withHome, type World, writeFiles } from "../support/world.ts";

export interface Inventory {
  /** All of it, in every detail that should stay. */
  readonly describe: () => Promise<readonly string[]>;
  readonly remove: () => Promise<void>;
}

/** A compose file with a volume, a built image and a network. */
export const composeFiles: Readonly<Record<string, string>> = {
  "compose.yml": [
    "services:",
    "  web: { build: ., volumes: [data:/data], stop_grace_period: 0s }",
    "volumes: { data: {} }",
    "",
  ].join("\n"),
  Dockerfile: `FROM ${baseImage}\nCMD ["sleep", "1000"]\n`,
};

/**
 * Makes the inventory around an environment of `home` in a workspace called `name`, which is there when this begins and
 * gone when it returns: containers and images inherit its labels.
 */
export async function makeInventory(
  world: World,
  homes: readonly string[],
  workspace: string,
  name: string,
): Promise<Inventory> {
  const project = `mono-${world.unique(name)}`;
  const ours = (suffix: string) => `${project}-${suffix}`;
  await world.ok(["init", workspace]);
  await docker(world, ["commit", `${project}-web-1`, ours("snapshot:keep")]);
  await docker(world, ["tag", `${project}-web`, `registry.example/${ours("web:1.0")}`]);
  const context = world.workspace("context", { Dockerfile: `FROM ${project}-web\nENV A=1\n` });
  await docker(world, ["build", "-q", "-t", ours("derived"), context]);
  await world.ok(["destroy", workspace]);

  const label = (value: string) => ["--label", `com.docker.compose.project=${value}`];
  for (const [suffix, image] of [
    ["inherits", ours("snapshot:keep")],
    ["derives", ours("derived")],
    ["plain", baseImage],
  ] as const)
    await docker(world, ["run", "-d", "--name", ours(suffix), ...label(project), image, "sleep", "100000"]);
  await docker(world, ["network", "create", ...label(project), `${project}_other`]);
  await docker(world, ["volume", "create", ...label(project), `${project}_other`]);
  await docker(world, ["volume", "create", "--label", "mono.owner=another", `mono-claim-${project}-other`]);
  const inVolume = ["run", "--rm", "-v", `${project}_other:/v`, baseImage];
  await docker(world, [...inVolume, "sh", "-c", "echo precious > /v/keep"]);
  await world.call(["tmux", "new-session", "-d", "-s", `${project}-theirs`, "sleep 100000"]);
  const plain = { stdout: "ignore", stderr: "ignore", detached: true } as const;
  const env = { PATH: world.env["PATH"] ?? "", MONO_ENV_PATH: join(world.folder, "another") };
  const led = Bun.spawn(["sleep", "100000"], { ...plain, env, stdin: "ignore" });
  const leaderless = Bun.spawn(["sh", "-c", "sleep 100001 & read -r end"], { ...plain, env, stdin: "pipe" });
  void leaderless.stdin.end();
  await leaderless.exited;
  for (const home of homes) {
    for (const parent of ["data", "environments"])
      writeFiles(join(home, parent, world.unique("theirs")), { "deep/keep": "precious" });
    symlinkSync(join(home, "data", world.unique("theirs")), join(home, "data", world.unique("link")));
  }

  return {
    async describe() {
      const left: (readonly string[])[] = [];
      // One after the other: each lists processes, and starts some.
      for (const home of homes) left.push(await leftovers(withHome(world, home)));
      return [
        ...new Set(left.flat()),
        ...homes.flatMap((home) =>
          filesBelow(join(home, "data")).concat(filesBelow(join(home, "environments"))),
        ),
        ...(await engineDetails(world, project)),
        `in the volume: ${await docker(world, [...inVolume, "cat", "/v/keep"])}`,
        (await world.call(["tmux", "list-sessions", "-F", "#{session_name} #{session_created}"])).stdout,
        ...[led.pid, leaderless.pid].map((pid) => `group ${pid}: ${membersOf(pid)}`),
      ].toSorted();
    },
    async remove() {
      for (const pid of [led.pid, leaderless.pid]) process.kill(-pid, "SIGKILL");
      await docker(world, ["rm", "-f", ...["inherits", "derives", "plain"].map(ours)]);
      await docker(world, ["network", "rm", `${project}_other`]);
      await docker(world, ["volume", "rm", `${project}_other`, `mono-claim-${project}-other`]);
      const images = [ours("snapshot:keep"), `registry.example/${ours("web:1.0")}`, ours("derived")];
      await docker(world, ["image", "rm", ...images]);
    },
  };
}

async function engineDetails(world: World, project: string): Promise<readonly string[]> {
  const names = lines(
    await docker(world, ["ps", "-a", "--filter", `name=${project}-`, "--format", "{{.Names}}"]),
  );
  const details = "{{.Name}} {{.Id}} {{.State.Status}} {{.State.StartedAt}} {{json .Config.Labels}}";
  const containers =
    names.length === 0 ? "" : await docker(world, ["inspect", "--format", details, ...names]);
  const images = await docker(world, [
    "image",
    "ls",
    "--no-trunc",
    "--format",
    "{{.ID}} {{.Repository}}:{{.Tag}}",
  ]);
  const volumes = await docker(world, [
    "volume",
    "inspect",
    `${project}_other`,
    `mono-claim-${project}-other`,
  ]);
  const network = await docker(world, ["network", "inspect", `${project}_other`]);
  return [...lines(containers), ...lines(images).filter((line) => line.includes(project)), volumes, network];
}

/** Every entry below a folder with what is in it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name.toString()))
    .map((path) => {
      const stats = lstatSync(path);
      if (stats.isSymbolicLink()) return `${path} -> ${readlinkSync(path)}`;
      return stats.isFile() ? `${path} ${readFileSync(path, "utf8")}` : path;
    });
}

/** The processes of a group, with their starts. */
function membersOf(pgid: number): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)).split(") ").at(-1)?.split(" ") ?? [])
    .flatMap((fields) => (fields[2] === String(pgid) ? [fields[19]] : []))
    .join(" ");
}
