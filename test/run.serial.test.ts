/** run: what it starts, what it brings back, and what it tells. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askShell } from "./support/conductor.ts";
import { leftovers, nothingIsLeft } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, eventually, executableInShell, lines, sessions } from "./support/world.ts";

const world = worldForEachTest();

const compose = (services: readonly string[]) =>
  [
    "services:",
    ...services.map(
      (name) =>
        `  ${name}: { image: '\${BASE_IMAGE}', command: 'httpd -f -p 80 -h /data', ports: ['80'], volumes: ['${name}:/data'], stop_grace_period: 0s }`,
    ),
    `volumes: { ${services.map((name) => `${name}: {}`).join(", ")} }`,
    "",
  ].join("\n");

const ports = async (path: string) => JSON.parse((await world.ok(["vars", "--json", path])).stdout).variables;
const project = () => `label=com.docker.compose.project=mono-${world.unique("shop")}`;
const own = async (kind: readonly string[]) =>
  lines(await docker(world, [...kind, "-q", "--filter", project()]));
const answerOf = async (port: string) => (await fetch(`http://127.0.0.1:${port}/kept`)).text();

const losses: Readonly<Record<string, () => Promise<void>>> = {
  async "the containers are stopped"() {
    await docker(world, ["stop", "-t", "0", ...(await own(["ps"]))]);
  },
  async "containers and networks are gone, and the volumes are kept"() {
    await docker(world, ["rm", "-f", ...(await own(["ps", "-a"]))]);
    await docker(world, ["network", "rm", ...(await own(["network", "ls"]))]);
  },
};

describe("after a reboot run brings back ports, data, session and variables, without init and setup", () => {
  for (const [what, lose] of Object.entries(losses)) {
    test(what, async () => {
      const path = world.workspace("shop", {
        "compose.yml": compose(["web"]),
        "mono.yml":
          "scripts:\n  init: echo init >> steps\n  setup: echo setup >> steps\n  run: echo $MONO_WEB_PORT > seen.new; mv seen.new seen; sleep 1000\n",
      });
      await world.ok(["init", path]);
      const before = await ports(path);
      await docker(world, ["exec", ...(await own(["ps"])), "sh", "-c", "echo precious > /data/kept"]);
      expect(await answerOf(before.MONO_WEB_PORT)).toBe("precious\n");
      await world.call(["tmux", "kill-server"]);
      await lose();
      expect((await world.ok(["list"])).stdout).toContain("stopped");
      await world.ok(["run", path]);
      expect((await world.ok(["list"])).stdout).toContain("running");
      expect(await ports(path)).toEqual(before);
      expect(await answerOf(before.MONO_WEB_PORT)).toBe("precious\n");
      await eventually("the run", () => existsSync(join(path, "seen")));
      expect(readFileSync(join(path, "seen"), "utf8").trim()).toBe(before.MONO_WEB_PORT);
      expect(readFileSync(join(path, "steps"), "utf8")).toBe("init\nsetup\n");
      await world.ok(["destroy", path]);
      await nothingIsLeft(world);
    });
  }
});

test("a service that came, and one that went: ports stay, the session's variables follow, open shells are told", async () => {
  const path = world.workspace("shop", {
    "compose.yml": compose(["web", "old"]),
    "mono.yml": "scripts:\n  run: env > seen.new; mv seen.new seen; sleep 1000\n",
  });
  await world.ok(["init", path]);
  const before = await ports(path);
  const web = `mono-${world.unique("shop")}-web-1`;
  await docker(world, ["exec", web, "sh", "-c", "echo precious > /data/kept"]);
  await world.call(["tmux", "new-window", "-d", "-t", `=mono-${world.unique("shop")}:`, "cat"]);
  writeFileSync(join(path, "compose.yml"), compose(["web", "late"]));
  const { stderr } = await world.ok(["run", path]);
  expect(stderr).toContain("have old values of");
  expect(stderr).toContain(`eval "$(mono vars ${world.unique("shop")})"`);
  expect(stderr).toContain("MONO_LATE_PORT");
  expect(stderr).toContain("MONO_OLD_PORT");
  await eventually("the run", () => existsSync(join(path, "seen")));
  const seen = readFileSync(join(path, "seen"), "utf8");
  const after = await ports(path);
  expect(after.MONO_WEB_PORT).toBe(before.MONO_WEB_PORT);
  expect(await answerOf(after.MONO_WEB_PORT)).toBe("precious\n");
  expect(seen).toContain(`MONO_LATE_PORT=${after.MONO_LATE_PORT}\n`);
  expect(seen).not.toContain("MONO_OLD_PORT");
  rmSync(join(path, "seen"));
  expect((await world.ok(["run", path])).stderr).not.toContain("old values");
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("called in the session, where containers fail: the pane shows why, and its prompt is back", async () => {
  const web = (command: string) => `services:\n  web: { image: "\${BASE_IMAGE}", command: ${command} }\n`;
  const path = world.workspace("shop", {
    "compose.yml": web("sleep 1000"),
    "mono.yml": "scripts:\n  run: touch ran\n",
  });
  const session = `mono-${world.unique("shop")}`;
  await world.ok(["init", path]);
  writeFileSync(join(path, "compose.yml"), web("sh -c 'echo no such disk; exit 9'"));
  await askShell(world, session, path, "true");
  await world.call([
    "tmux",
    "send-keys",
    "-t",
    `=${session}:`,
    `${executableInShell} run .; echo $? >status.new; mv status.new status`,
    "Enter",
  ]);
  await eventually("the prompt", () => existsSync(join(path, "status")));
  const { stdout } = await world.call(["tmux", "capture-pane", "-p", "-J", "-S", "-", "-t", `=${session}:`]);
  expect(stdout).toContain("no such disk");
  expect(stdout).toContain("exited with 9");
  expect(readFileSync(join(path, "status"), "utf8")).toBe("1\n");
  await askShell(world, session, path, "true");
  expect(existsSync(join(path, "ran"))).toBe(false);
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

// Not the system's own sleep: a Mac hides the environment of its programs, and nothing else tells whose this one is.
const isMissing = ["setsid", "busybox"].some((program) => Bun.which(program) === null);
test.skipIf(isMissing)("destroy ends what a run has left in a session of its own", async () => {
  const path = world.workspace("shop", {
    "mono.yml": "scripts:\n  run: setsid busybox sleep 1000 & sleep 0.1; exit 0\n",
  });
  await world.ok(["init", path]);
  await world.ok(["run", path]);
  await eventually("the daemon", async () =>
    (await leftovers(world)).some((line) => line.includes("sleep 1000")),
  );
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("destroy ends what init and setup scripts have left in the background, and nobody else's programs", async () => {
  const path = world.workspace("shop", {
    "mono.yml":
      "scripts:\n  init: sleep 1001 &\n  setup: \"(trap '' HUP TERM; while :; do sleep 0.1; done) & :\"\n",
  });
  await world.ok(["init", path]);
  const left = (await leftovers(world)).join("\n");
  expect(left).toContain("sleep 1001");
  expect(left).toContain("trap '' HUP");
  // A shell of the person's own, with the environment's variables.
  const shell = Bun.spawn(["sh", "-c", 'eval "$0"; exec cat', (await world.ok(["vars", path])).stdout], {
    stdin: "pipe",
    env: world.env,
  });
  await world.ok(["destroy", path]);
  expect(shell.exitCode).toBeNull();
  await shell.stdin.end();
  expect(await shell.exited).toBe(0);
  await nothingIsLeft(world);
});

test("a session that somebody else has made since then is neither used nor ended", async () => {
  const path = world.workspace("shop", { "mono.yml": "scripts:\n  run: touch ran\n" });
  const session = `mono-${world.unique("shop")}`;
  await world.ok(["init", path]);
  // Before the other one ends: a server that ends with its last session takes a new one along at times.
  await world.call(["tmux", "new-session", "-d", "-s", "stranger", "cat"]);
  await world.call(["tmux", "kill-session", "-t", `=${session}:`]);
  await world.call(["tmux", "rename-session", "-t", "=stranger:", session]);
  expect(await sessions(world)).toEqual([session]);
  expect((await world.ok(["list"])).stdout).toContain("stopped");
  const refused = await world.mono(["run", path]);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("mono did not make it");
  expect((await world.ok(["destroy", path])).stderr).toContain("is left alone");
  expect(await sessions(world)).toEqual([session]);
  expect(existsSync(join(path, "ran"))).toBe(false);
});
