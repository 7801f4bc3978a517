/** Conductor cancels a setup with SIGHUP to its process group, and SIGKILL 200 ms later. All is undone the same. */
import { describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signalGroup } from "./support/conductor.ts";
import { nothingIsLeft } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executable, executableInShell } from "./support/world.ts";

const world = worldForEachTest();

/** A service that is there, and never healthy. */
const unhealthy = [
  "services:",
  "  web:",
  "    image: ${BASE_IMAGE}",
  "    command: sh -c 'touch /w/here; sleep 1000'",
  "    volumes: ['.:/w']",
  "    healthcheck: { test: exit 1, interval: 1h }",
  "",
].join("\n");
const steps = {
  "the init script": { "mono.yml": "scripts:\n  init: touch here; sh -c 'sleep 1000' & wait\n" },
  "an init script that takes no notice": {
    "mono.yml": "scripts:\n  init: trap '' HUP TERM INT; touch here; while :; do sleep 0.1; done\n",
  },
  "docker compose up": {
    "compose.yml": `${unhealthy}  late:\n    image: \${BASE_IMAGE}\n    depends_on: { web: { condition: service_healthy } }\n`,
  },
  "the wait for health": { "compose.yml": unhealthy },
};

/** Starts init as Conductor does: by zsh, in a process group of its own. */
function startSetup(path: string): Bun.Subprocess {
  return Bun.spawn(["zsh", "-c", `${executableInShell} init "$CONDUCTOR_WORKSPACE_PATH"; :`], {
    cwd: path,
    env: { ...world.env, CONDUCTOR_WORKSPACE_PATH: path },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    detached: true,
  });
}

describe("SIGHUP and SIGKILL undo everything during", () => {
  for (const [what, files] of Object.entries(steps)) {
    test(what, async () => {
      const path = world.workspace("cancelled", files);
      const setup = startSetup(path);
      await eventually("the step", () => existsSync(join(path, "here")));
      process.kill(-setup.pid, "SIGHUP");
      // What Conductor does, and no wait for a condition.
      await Bun.sleep(200);
      signalGroup(setup.pid, "SIGKILL");
      await setup.exited;
      await nothingIsLeft(world);
      expect((await world.ok(["list"])).stdout).toBe("NAME  PATH  STATUS\n");
    });
  }
});

test("SIGHUP and at once SIGKILL leave at most what the next command clears away", async () => {
  const path = world.workspace("at-once", { "mono.yml": "scripts:\n  init: touch here; sleep 1000\n" });
  const setup = startSetup(path);
  await eventually("the step", () => existsSync(join(path, "here")));
  process.kill(-setup.pid, "SIGHUP");
  process.kill(-setup.pid, "SIGKILL");
  await setup.exited;
  await world.ok(["destroy", "--if-exists", path]);
  await nothingIsLeft(world);
});

test("the copy that finishes an undoing leaves a new environment of the same path alone", async () => {
  const path = world.workspace("again", { "mono.yml": "scripts:\n  init: touch here; sleep 1000\n" });
  const setup = startSetup(path);
  await eventually("the step", () => existsSync(join(path, "here")));
  process.kill(-setup.pid, "SIGHUP");
  await setup.exited;
  await nothingIsLeft(world);
  await Bun.write(join(path, "mono.yml"), "");
  await world.ok(["init", path]);
  const refused = await world.mono(["destroy", "--interrupted", path]);
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toContain("nothing was interrupted");
  expect((await world.ok(["list"])).stdout).toContain("running");
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("a second signal hurries the undoing, and does not skip it", async () => {
  // It would take ten seconds to end, and is killed instead.
  const path = world.workspace("hurried", {
    "compose.yml": [
      "services:",
      "  stubborn:",
      "    image: ${BASE_IMAGE}",
      "    command: sh -c \"trap '' TERM; touch /w/here; while :; do sleep 1; done\"",
      "    volumes: ['.:/w']",
      "    stop_signal: SIGTERM",
      "    stop_grace_period: 1h",
      "    healthcheck: { test: exit 1, interval: 1h }",
      "",
    ].join("\n"),
  });
  const child = world.start(["init", path]);
  await eventually("the container", () => existsSync(join(path, "here")));
  child.kill("SIGINT");
  await eventually("the undoing", () =>
    world
      .call(["grep", "-q", "running: docker compose .* down", join(world.home, "mono.log")])
      .then(({ exitCode }) => exitCode === 0),
  );
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  await nothingIsLeft(world);
});

test.each([
  ["deleted", (file: string) => rmSync(file)],
  [
    "replaced by what cannot be executed",
    (file: string) => {
      rmSync(file);
      writeFileSync(file, "half", { mode: 0o600 });
    },
  ],
])("a mono whose executable was %s meanwhile says so, and undoes all by itself", async (_what, change) => {
  const path = world.workspace("own", { "mono.yml": "scripts:\n  init: touch here; sleep 1000\n" });
  const own = join(world.folder, "mono");
  copyFileSync(executable, own);
  const child = Bun.spawn([own, "init", path], { env: { ...world.env }, stderr: "pipe", detached: true });
  await eventually("the step", () => existsSync(join(path, "here")));
  change(own);
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  const said = await child.stderr.text();
  expect(said).toContain("mono itself cannot be started again: ");
  expect(said).toContain("everything was undone");
  expect(said).not.toMatch(/^\s+at /m);
  await nothingIsLeft(world);
});
