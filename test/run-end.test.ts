/** How a run is ended, and what it is told meanwhile. */
import { expect, test } from "bun:test";
import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { processesOf } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, lines } from "./support/world.ts";

const world = worldForEachTest();

function workspaceWith(run: string): string {
  return world.workspace("end", { "mono.yml": JSON.stringify({ scripts: { run } }) });
}

const ofRun = () => processesOf(world).filter((line) => /mono run|sleep 10\d\d|run-script/.test(line));
const told = (path: string) =>
  existsSync(join(path, "told")) ? lines(readFileSync(join(path, "told"), "utf8")) : [];

/** Writes down each signal; ends a second after the first one. */
const draining = [
  'for name in INT TERM HUP; do trap "echo $name >>told; ending=1" $name; done',
  "echo started >>told",
  'while [ -z "$ending" ]; do sleep 0.1; done',
  "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done",
  "echo drained; echo drained >>told",
].join("\n");

async function followed(path: string) {
  await world.ok(["init", path]);
  const child = world.start(["run", "--follow", path]);
  await eventually("the run", () => told(path).includes("started"));
  return child;
}

for (const [sent, gets, status] of [
  ["SIGINT", "INT", 130],
  ["SIGTERM", "TERM", 143],
  ["SIGHUP", "TERM", 129],
] as const) {
  test(`${sent} reaches the script once, as SIG${gets}, and what it prints while it ends is passed on`, async () => {
    const path = workspaceWith(draining);
    const child = await followed(path);
    child.kill(sent);
    expect(await child.exited).toBe(status);
    expect(told(path)).toEqual(["started", gets, "drained"]);
    expect(await child.stdout.text()).toContain("drained");
    expect(await child.stderr.text()).not.toContain("killed");
    await eventually("the end of the run", () => ofRun().length === 0);
  });
}

test("after SIGINT, what is left when the script has ended gets SIGTERM", async () => {
  const left =
    'sh -c \'trap "" INT; trap "echo TERM >>told; exit" TERM; echo started >>told; while :; do sleep 0.1; done\'';
  const path = workspaceWith(`setsid ${left} & exec sleep 1001`);
  const child = await followed(path);
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  await eventually("the end of the run", () => ofRun().length === 0);
  expect(told(path)).toEqual(["started", "TERM"]);
});

test("what does not end is killed after 10 s, and that is said; a second signal hurries", async () => {
  const path = workspaceWith("trap '' INT TERM HUP; echo started >>told; while :; do sleep 0.1; done");
  const slow = await followed(path);
  slow.kill("SIGTERM");
  expect(await slow.exited).toBe(143);
  expect(await slow.stderr.text()).toContain("did not end within 10 s: killed it");
  await eventually("the end of the run", () => ofRun().length === 0);
  truncateSync(join(path, "told"));
  const hurried = world.start(["run", "--follow", path]);
  await eventually("the next run", () => told(path).includes("started"));
  hurried.kill("SIGINT");
  // The first signal has been heard when its copy is there.
  await eventually("the copy", () => processesOf(world).some((line) => line.includes("run --end")));
  hurried.kill("SIGTERM");
  expect(await hurried.exited).toBe(130);
  expect(await hurried.stderr.text()).not.toContain("killed");
  await eventually("the end of the next run", () => ofRun().length === 0);
});

test("a run that replaces another one, and destroy, say when they kill", async () => {
  const path = workspaceWith("trap '' INT TERM HUP; echo started >>told; while :; do sleep 0.1; done");
  await world.ok(["init", path]);
  await world.ok(["run", path]);
  await eventually("the run", () => told(path).length === 1);
  expect((await world.ok(["run", path])).stderr).toContain("did not end within 10 s: killed it");
  await eventually("the second run", () => told(path).length === 2);
  expect((await world.ok(["destroy", path])).stderr).toContain("did not end within 10 s: killed it");
  expect(ofRun()).toEqual([]);
});

test("files that name no run match no process", async () => {
  const path = workspaceWith("echo started >>told; exec sleep 1002");
  await world.ok(["init", path]);
  const strangers = [
    Bun.spawn(["sleep", "1003"], { env: { ...world.env, MONO_RUN_TOKEN: "" } }),
    Bun.spawn(["sleep", "1004"], { env: { ...world.env, MONO_RUN_TOKEN: "x" } }),
  ];
  const own = join(world.home, "environments", world.unique("end"));
  for (const text of ["", "\n", "x"]) {
    await world.ok(["run", path]);
    for (const name of ["run-token", "run-group"]) {
      truncateSync(join(own, name));
      appendFileSync(join(own, name), text);
    }
    await world.mono(["run", "--force", path]);
  }
  await world.ok(["destroy", path]);
  for (const stranger of strangers) {
    expect(stranger.exitCode).toBeNull();
    stranger.kill("SIGKILL");
  }
});
