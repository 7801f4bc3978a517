/** Runs and sessions: the short forms of test/session/run.ts, and sessions whose names are alike. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { playStarts, type Rc, rcs, shells } from "./session/starts.ts";
import { playStops, stopKinds } from "./session/stops.ts";
import { askShell } from "./support/conductor.ts";
import { shellWord } from "../src/text/shell-word.ts";
import { nothingIsLeft } from "./support/leftovers.ts";
import { createQueue } from "./support/queue.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, lines, sessions } from "./support/world.ts";

const world = worldForEachTest();

test("a run right after init starts once, whatever shell is starting there", async () => {
  const queue = createQueue(3);
  const played = shells.flatMap((shell) =>
    (Object.keys(rcs) as Rc[]).map((rc) =>
      queue(async () => (await playStarts(shell, rc, 2)).flatMap(({ wrong }) => wrong)),
    ),
  );
  expect((await Promise.all(played)).flat()).toEqual([]);
});

test("stop leaves nothing of any run, and the session", async () => {
  const queue = createQueue(4);
  const played = stopKinds.map((kind) =>
    queue(async () => (await playStops(kind, 3)).flatMap(({ wrong }) => wrong)),
  );
  expect((await Promise.all(played)).flat()).toEqual([]);
});

test("sessions of names that begin alike are never mistaken for each other", async () => {
  const run =
    "echo $$ >> pids; trap 'echo HUP >> signals' HUP; trap 'echo TERM >> signals; exit' TERM; while :; do sleep 0.1; done";
  const files = { "mono.yml": JSON.stringify({ scripts: { run } }) };
  const base = `a-${world.unique("").slice(1)}`;
  const [short, long] = [base, `${base}b`].map((name) => join(world.folder, name)) as [string, string];
  for (const path of [short, long]) {
    await world.call(["mkdir", "-p", path]);
    await Bun.write(join(path, "mono.yml"), files["mono.yml"]);
  }
  const pidsOf = (path: string) =>
    existsSync(join(path, "pids")) ? lines(readFileSync(join(path, "pids"), "utf8")) : [];
  await world.ok(["init", long]);
  await world.ok(["run", long]);
  await eventually("the run", () => pidsOf(long).length === 1);
  const panes = async () =>
    (await world.call(["tmux", "list-panes", "-s", "-t", `=mono-${base}b:`, "-F", "#{pane_id} #{pane_pid}"]))
      .stdout;
  const before = await panes();
  // Each of these means a session whose name the other one's begins with, and which is not always there.
  await world.ok(["init", short]);
  await world.call(["tmux", "kill-session", "-t", `=mono-${base}:`]);
  await world.ok(["run", short]);
  await eventually("the other run", () => pidsOf(short).length === 1);
  await world.ok(["run", "--force", short]);
  await eventually("the other run again", () => pidsOf(short).length === 2);
  await world.call(["tmux", "kill-session", "-t", `=mono-${base}:`]);
  await world.ok(["destroy", short]);
  expect(await sessions(world)).toEqual([`mono-${base}b`]);
  expect(await panes()).toBe(before);
  expect(pidsOf(long).length).toBe(1);
  expect(existsSync(join(long, "signals"))).toBe(false);
  await world.ok(["destroy", long]);
  await nothingIsLeft(world);
});

test("a server that is killed between init and run comes back with the run", async () => {
  const path = world.workspace("killed", {
    "mono.yml": "scripts:\n  run: echo $MONO_ENV_NAME > ran; exit 5\n",
  });
  const name = world.unique("killed");
  await world.ok(["init", path]);
  await world.call(["tmux", "kill-server"]);
  expect((await world.mono(["run", "--follow", path])).exitCode).toBe(5);
  expect(readFileSync(join(path, "ran"), "utf8")).toBe(`${name}\n`);
  expect(await askShell(world, `mono-${name}`, path, 'echo "$MONO_ENV_NAME $PWD"')).toBe(`${name} ${path}\n`);
});

/** Variables with which tmux runs a script after the call of that number. */
function interfering(call: number, script: string): { readonly PATH: string } {
  const bin = join(world.folder, "bin");
  mkdirSync(bin, { recursive: true });
  const real = Bun.which("tmux") ?? "";
  writeFileSync(join(bin, "script"), script);
  const [quotedPath, quotedBin, quotedReal] = [process.env["PATH"] ?? "", bin, real].map(shellWord);
  const wrapper = [
    "#!/bin/sh",
    `cd ${quotedBin} && n=$(($(cat count 2>/dev/null || echo 0) + 1)) && echo $n >count`,
    `cd - >/dev/null && ${quotedReal} "$@"; status=$?`,
    `[ $n = ${call} ] && PATH=${quotedPath} sh ${quotedBin}/script </dev/null >/dev/null 2>&1`,
    "exit $status",
  ];
  writeFileSync(join(bin, "tmux"), `${wrapper.join("\n")}\n`, { mode: 0o755 });
  return { PATH: `${bin}:${process.env["PATH"]}` };
}

// destroy asks tmux at its beginning, and right before it ends the session.
const looksOfDestroy = 2;

test.each([1, looksOfDestroy])(
  "a session that gets another name after look %d of destroy is ended all the same",
  async (look) => {
    const path = world.workspace("renamed", {});
    const session = `mono-${world.unique("renamed")}`;
    await world.call(["tmux", "new-session", "-d", "-s", "keeper"]);
    await world.ok(["init", path]);
    const rename = `tmux set-option -g remain-on-exit on; tmux rename-session -t '=${session}' other`;
    const env = interfering(look, rename);
    await world.ok(["destroy", path], { env });
    expect(await sessions(world)).toEqual(["keeper"]);
    await world.call(["tmux", "kill-session", "-t", "=keeper:"]);
    await nothingIsLeft(world);
  },
);

test.each([1, looksOfDestroy])(
  "a person's session that takes the name after look %d of destroy stays",
  async (look) => {
    const path = world.workspace("taken", {});
    const session = `mono-${world.unique("taken")}`;
    await world.call(["tmux", "new-session", "-d", "-s", "keeper"]);
    await world.ok(["init", path]);
    const take = `tmux kill-session -t '=${session}'; tmux new-session -d -s ${session} sleep 777`;
    await world.ok(["destroy", path], { env: interfering(look, take) });
    expect(await sessions(world)).toEqual(["keeper", session]);
    await world.call(["tmux", "kill-server"]);
    await nothingIsLeft(world);
  },
);

test("a session that another server has under the same id stays", async () => {
  const path = world.workspace("restarted", {});
  await world.ok(["init", path]);
  const again =
    "tmux kill-server; while tmux list-sessions; do :; done; tmux new-session -d -s theirs sleep 777";
  await world.ok(["destroy", path], { env: interfering(looksOfDestroy, again) });
  expect(await sessions(world)).toEqual(["theirs"]);
  await world.call(["tmux", "kill-server"]);
  await nothingIsLeft(world);
});

test("a server that somebody starts while init is at work hands none of their variables to the session", async () => {
  const path = world.workspace("foreign", {});
  // Without a server, init asks the program for its version after the first question.
  const start = "COMPOSE_PROJECT_NAME=other CONDUCTOR_PORT=55000 tmux new-session -d -s theirs";
  await world.ok(["init", path], { env: interfering(2, start) });
  const shown = await world.call(["tmux", "show-environment", "-t", `=mono-${world.unique("foreign")}:`]);
  expect(shown.stdout).toContain("-COMPOSE_PROJECT_NAME\n");
  expect(shown.stdout).toContain("-CONDUCTOR_PORT\n");
  await world.ok(["destroy", path]);
  await world.call(["tmux", "kill-server"]);
  await nothingIsLeft(world);
});
