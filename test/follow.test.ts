/** `mono run --follow`: what it prints, and how it ends. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { processesOf } from "./support/leftovers.ts";
import { openTerminal } from "./support/terminal.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executable, lines } from "./support/world.ts";

const world = worldForEachTest();

function workspaceWith(run: string): string {
  return world.workspace("follow", {
    "mono.yml": `scripts:\n  run: |\n${run.replaceAll(/^/gm, "    ")}\n`,
  });
}

/** Everything that a run has started carries its token; the person's shell does not. */
const ofRun = () => processesOf(world).filter((line) => /mono run|sleep 1000|run-script/.test(line));

test("the output comes as lines, with its empty ones, and the status is passed on", async () => {
  const path = workspaceWith("echo one; echo; printf '\\033[31mred\\033[0m\\r\\n'; printf 'half'; exit 42");
  await world.ok(["init", path]);
  const { exitCode, stdout } = await world.mono(["run", "--follow", path]);
  expect(stdout).toBe("one\n\nred\nhalf\n");
  expect(exitCode).toBe(42);
});

test("32 MB at once come whole and in order, though nobody reads them before the script has ended", async () => {
  const path = workspaceWith("seq 1 4000000");
  await world.ok(["init", path]);
  const status = join(world.home, "environments", world.unique("follow"), "run-status");
  const reader = `{ until [ -e ${status} ]; do sleep 0.1; done; cat; }`;
  const { stdout } = await world.call(["sh", "-c", `${executable} run --follow ${path} | ${reader}`]);
  const numbers = lines(stdout);
  expect(numbers.findIndex((line, index) => line !== String(index + 1))).toBe(-1);
  expect(numbers.length).toBe(4_000_000);
});

test("the end of whoever reads the output ends the run", async () => {
  const path = workspaceWith("while :; do echo line; sleep 0.05; done");
  await world.ok(["init", path]);
  const { stdout } = await world.call(["sh", "-c", `${executable} run --follow ${path} | head -n 1`]);
  expect(stdout).toBe("line\n");
  await eventually("the end of the run", () => ofRun().length === 0);
});

test("a signal ends the run also while nobody reads, and nobody leaves", async () => {
  const path = workspaceWith("while :; do echo line; done");
  await world.ok(["init", path]);
  // A pipe that has an end for reading, and nobody who reads.
  const script = `mkfifo pipe; exec 3<>pipe; ${executable} run --follow ${path} >&3 & echo $! >mono; wait $!; echo $? >status`;
  const child = Bun.spawn(["sh", "-c", script], { cwd: path, env: { ...world.env }, stdin: "ignore" });
  const output = join(world.home, "environments", world.unique("follow"), "run-output-*.[0-9]*");
  await eventually("much output", async () => {
    const { stdout } = await world.call(["sh", "-c", `cat ${output} 2>/dev/null | wc -c`]);
    return Number(stdout) > 1_000_000;
  });
  process.kill(Number(readFileSync(join(path, "mono"), "utf8")), "SIGTERM");
  await child.exited;
  expect(readFileSync(join(path, "status"), "utf8")).toBe("143\n");
  await eventually("the end of the run", () => ofRun().length === 0);
});

test("a second follower takes the place of the first, which ends with 143", async () => {
  const path = workspaceWith("echo $$ >> pids; echo started; exec sleep 1000");
  await world.ok(["init", path]);
  const pids = () => (existsSync(join(path, "pids")) ? lines(readFileSync(join(path, "pids"), "utf8")) : []);
  const first = world.start(["run", "--follow", path]);
  await eventually("the first run", () => pids().length === 1);
  const second = world.start(["run", "--follow", path]);
  expect(await first.exited).toBe(143);
  await eventually("the second run", () => pids().length === 2);
  // It is not touched by what ends the first.
  expect(ofRun().filter((line) => line.endsWith(" sleep 1000"))).toEqual([`${pids()[1]} sleep 1000`]);
  second.kill("SIGTERM");
  expect(await second.exited).toBe(143);
  await eventually("the end of the run", () => ofRun().length === 0);
});

test("the end of the tmux server ends it with an error, and the next run works", async () => {
  const path = workspaceWith("echo started; trap '' HUP; sleep 1000");
  await world.ok(["init", path]);
  await world.call(["tmux", "kill-server"]);
  const child = world.start(["run", "--follow", path]);
  await eventually("the run", () => ofRun().some((line) => line.endsWith(" sleep 1000")));
  await world.call(["tmux", "kill-server"]);
  expect(await child.exited).toBe(1);
  expect(await child.stderr.text()).toContain("has ended with its session");
  await eventually("the end of the run", () => ofRun().length === 0);
  const next = world.start(["run", "--follow", path]);
  await eventually("the next run", () => ofRun().some((line) => line.endsWith(" sleep 1000")));
  next.kill("SIGINT");
  expect(await next.exited).toBe(130);
  await eventually("the end of the next run", () => ofRun().length === 0);
});

test("on a terminal colours stay, Ctrl-C ends the run with 130, and so does the terminal's end", async () => {
  const path = workspaceWith("printf '\\033[31mred\\033[0m\\n'; exec sleep 1000");
  await world.ok(["init", path]);
  const start = async () => {
    const opened = await openTerminal(world, `TERM=xterm ${executable} run --follow ${path}`);
    // However tmux writes it down: red, and the word.
    const isRed = (screen: string) => /\[31m\S*red/.test(screen);
    await eventually("the output", async () => isRed(await opened.colouredScreen()));
    return opened;
  };
  const interrupted = await start();
  await interrupted.type("C-c");
  expect(await interrupted.status()).toBe(130);
  await eventually("the end of the run", () => ofRun().length === 0);
  const closed = await start();
  await closed.close();
  await eventually("the end of the other run", () => ofRun().length === 0);
  expect((await world.ok(["list"])).stdout).toContain("running");
});
