/** destroy, whatever has become of the workspace, its containers and its session. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leftovers, nothingIsLeft } from "./support/leftovers.ts";
import { unprivileged } from "./support/unprivileged.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, eventually, lines } from "./support/world.ts";

const world = worldForEachTest();

const compose = [
  "services:",
  "  web:",
  "    image: ${BASE_IMAGE}",
  "    command: sleep 1000",
  "    stop_grace_period: 0s",
  "    volumes: [data:/data]",
  "volumes: { data: {} }",
  "",
].join("\n");
const files = { "compose.yml": compose, "mono.yml": "scripts:\n  destroy: touch destroyed\n" };

/** What happens to an environment; returns the path to destroy it by. */
const mishaps: Readonly<Record<string, (path: string) => Promise<string> | string>> = {
  "the folder is gone"(path) {
    rmSync(path, { recursive: true });
    return path;
  },
  "the folder's parent is gone"(path) {
    rmSync(join(path, ".."), { recursive: true });
    return path;
  },
  "a file is in the folder's place"(path) {
    rmSync(path, { recursive: true });
    writeFileSync(path, "");
    return path;
  },
  "the folder was renamed, with a link in its place"(path) {
    renameSync(path, `${path}-renamed`);
    symlinkSync(`${path}-renamed`, path);
    return path;
  },
  "the folder was renamed, and destroy is called by the new name"(path) {
    renameSync(path, `${path}-renamed`);
    symlinkSync(`${path}-renamed`, path);
    return `${path}-renamed`;
  },
  "mono.yml is gone"(path) {
    rmSync(join(path, "mono.yml"));
    return path;
  },
  "mono.yml is broken"(path) {
    writeFileSync(join(path, "mono.yml"), "scripts: [");
    return path;
  },
  "the compose file is gone"(path) {
    rmSync(join(path, "compose.yml"));
    return path;
  },
  "what mono generated is gone"(path) {
    rmSync(join(world.home, "environments"), { recursive: true });
    rmSync(join(world.home, "data"), { recursive: true });
    return path;
  },
  async "the containers were removed by hand"(path) {
    await docker(world, ["rm", "-f", ...(await ownContainers())]);
    return path;
  },
  async "docker compose down was called by hand"(path) {
    await docker(world, ["compose", "-p", `mono-${world.unique("shop")}`, "down"]);
    return path;
  },
  async "docker compose run has left a container that runs"(path) {
    const file = join(world.home, "environments", world.unique("shop"), "docker-compose.mono.yml");
    const project = ["compose", "-p", `mono-${world.unique("shop")}`, "-f", file];
    await docker(world, [...project, "run", "-d", "--name", world.unique("one-off"), "web", "sleep", "1000"]);
    return path;
  },
  async "the session was killed"(path) {
    await world.call(["tmux", "kill-session", "-t", `=mono-${world.unique("shop")}:`]);
    return path;
  },
  async "the tmux server was killed"(path) {
    await world.call(["tmux", "kill-server"]);
    return path;
  },
  async "a process in the session ignores SIGHUP and SIGTERM"(path) {
    const target = `=mono-${world.unique("shop")}:`;
    const stubborn = `trap '' HUP TERM; touch ${path}/stubborn; while :; do sleep 0.1; done`;
    await world.call(["tmux", "new-window", "-t", target, "sh", "-c", stubborn]);
    await eventually("the process", () => existsSync(join(path, "stubborn")));
    return path;
  },
};

async function ownContainers(): Promise<string[]> {
  return lines(await docker(world, ["ps", "-aq", "--filter", `name=${world.unique("shop")}`]));
}

describe("one destroy takes all of it away although", () => {
  for (const [what, happen] of Object.entries(mishaps)) {
    test(what, async () => {
      const path = world.workspace("shop", files);
      await world.ok(["init", path]);
      expect(await ownContainers()).toHaveLength(1);
      await world.ok(["destroy", await happen(path)], { cwd: "/" });
      await nothingIsLeft(world);
    });
  }
});

test("what keeps a network alive is named, the row is kept, and the next destroy finishes", async () => {
  const path = world.workspace("shop", files);
  await world.ok(["init", path]);
  const network = `mono-${world.unique("shop")}_default`;
  const guest = world.unique("guest");
  await docker(world, [
    "run",
    "-d",
    "--name",
    guest,
    "--network",
    network,
    "mono-test-base",
    "sleep",
    "1000",
  ]);
  const refused = await world.mono(["destroy", path]);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain(network);
  expect(refused.stderr).toContain("mono destroy");
  expect((await world.ok(["list"])).stdout).toContain("interrupted");
  await docker(world, ["rm", "-f", guest]);
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
  // The destroy script is for an environment that is whole: it has run once.
  expect(existsSync(join(path, "destroyed"))).toBe(true);
});

test("twice at once: one destroys, the other finds nothing", async () => {
  const path = world.workspace("twice", { "mono.yml": "scripts:\n  destroy: echo once >> destroyed\n" });
  await world.ok(["init", path]);
  const both = await Promise.all([world.mono(["destroy", path]), world.mono(["destroy", path])]);
  expect(both.map(({ exitCode }) => exitCode).toSorted((a, b) => a - b)).toEqual([0, 3]);
  expect(readFileSync(join(path, "destroyed"), "utf8")).toBe("once\n");
  await nothingIsLeft(world);
});

test("twice at once with --if-exists, as Conductor archives: both exit 0", async () => {
  const path = world.workspace("twice", { "mono.yml": "scripts:\n  destroy: echo once >> destroyed\n" });
  await world.ok(["init", path]);
  const destroy = ["destroy", "--if-exists", path];
  await Promise.all([world.ok(destroy), world.ok(destroy)]);
  await world.ok(destroy);
  expect(readFileSync(join(path, "destroyed"), "utf8")).toBe("once\n");
  await nothingIsLeft(world);
});

test("destroy waits for the init that it meets, and says for whom", async () => {
  const path = world.workspace("meet", {
    "mono.yml": "scripts:\n  init: touch here; while [ ! -e go ]; do sleep 0.05; done\n",
  });
  const init = world.start(["init", path]);
  await eventually("the init script", () => existsSync(join(path, "here")));
  expect((await world.ok(["list"])).stdout).toContain("initializing");
  const destroy = world.start(["destroy", path]);
  const told = await destroy.stderr.getReader().read();
  expect(Buffer.from(told.value ?? []).toString()).toContain(
    `waiting for another mono: mono init (pid ${init.pid}`,
  );
  writeFileSync(join(path, "go"), "");
  expect(await Promise.all([init.exited, destroy.exited])).toEqual([0, 0]);
  await nothingIsLeft(world);
});

test("read-only folders in the data folder, as caches of package managers are, go too", async () => {
  const path = world.workspace("cache", {});
  const user = unprivileged(world);
  await user.mono(["init", path]);
  const cache = join(world.home, "data", world.unique("cache"), "pkg/mod");
  await user.call(["sh", "-c", 'mkdir -p "$0" && touch "$0/file" && chmod -R a-w "$0"', cache]);
  expect(existsSync(join(cache, "file"))).toBe(true);
  expect((await user.mono(["destroy", path])).exitCode).toBe(0);
  await nothingIsLeft(world);
});

test("the look at what is left sees what is there", async () => {
  const path = world.workspace("shop", files);
  await world.ok(["init", path]);
  const name = world.unique("shop");
  const left = await leftovers(world);
  const isProcess = (line: string) => /^process \d+ .*sh/.test(line);
  expect(left.filter((line) => isProcess(line))).toHaveLength(1);
  expect(left.filter((line) => !isProcess(line)).toSorted()).toEqual(
    [
      `rm mono-${name}-web-1`,
      `network mono-${name}_default`,
      `volume mono-${name}_data`,
      `session mono-${name}`,
      `row ${name} ready`,
      `folder data/${name}`,
      `folder environments/${name}`,
    ].toSorted(),
  );
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test.skipIf(process.getuid?.() !== 0)(
  "files of another user in the data folder: what is left is named, with the command that removes it",
  async () => {
    const path = world.workspace("owned", {});
    const user = unprivileged(world);
    const result = await user.mono(["init", path]);
    expect(result.stderr).toContain("is ready");
    const data = join(world.home, "data", world.unique("owned"));
    // As a container that runs as root leaves them in a folder that is bound into it.
    mkdirSync(join(data, "pgdata"));
    writeFileSync(join(data, "pgdata/PG_VERSION"), "16");
    await world.call(["chmod", "-R", "a-w", join(data, "pgdata")]);
    const refused = await user.mono(["destroy", path]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`┃ ${data}/pgdata/PG_VERSION`);
    const [, command] = /run (sudo .*), then run mono destroy again/.exec(refused.stderr) ?? [];
    expect(command).toBe(`sudo rm -rf ${data}`);
    expect((await user.mono(["list"])).stdout).toContain("interrupted");
    // The test is root, and needs no sudo.
    await world.call(["sh", "-c", command?.replace("sudo ", "") ?? ""]);
    expect((await user.mono(["destroy", path])).exitCode).toBe(0);
    await nothingIsLeft(world);
  },
);
