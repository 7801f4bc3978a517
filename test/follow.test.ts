/** `mono run --follow`: what it prints, and how it ends. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { processesOf } from "./support/leftovers.ts";
import { openTerminal } from "./support/terminal.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executableInShell, lines, namesIn } from "./support/world.ts";

const world = worldForEachTest();

function workspaceWith(run: string): string {
  return world.workspace("follow", {
    "mono.yml": `scripts:\n  run: |\n${run.replaceAll(/^/gm, "    ")}\n`,
  });
}

const ownFile = (name: string) => join(world.home, "environments", world.unique("follow"), name);

/** Everything that a run has started carries its token; the person's shell does not. */
const ofRun = () => processesOf(world).filter((line) => /mono run|sleep 1000|run-script/.test(line));

test("the output comes as lines, with its empty ones, and the status is passed on", async () => {
  const path = workspaceWith("echo one; echo; printf '\\033[31mred\\033[0m\\r\\n'; printf 'half'; exit 42");
  await world.ok(["init", path]);
  const { exitCode, stdout } = await world.mono(["run", "--follow", path]);
  expect(stdout).toBe("one\n\nred\nhalf\n");
  expect(exitCode).toBe(42);
});

test("what is not read in time is told, and the rest comes in order to the end", async () => {
  const path = workspaceWith("seq 1 8000000; echo last");
  await world.ok(["init", path]);
  const reader = `{ until [ -e ${ownFile("run-status")} ]; do sleep 0.1; done; cat; }`;
  const call = `${executableInShell} run --follow ${path} | ${reader}`;
  const { stdout, stderr } = await world.call(["sh", "-c", call]);
  const [first = "", ...rest] = lines(stdout);
  expect(first).toBe("1");
  expect(rest.at(-1)).toBe("last");
  const numbers = rest.slice(0, -1).map(Number);
  expect(numbers.at(-1)).toBe(8_000_000);
  // The end of what was read, and the beginning of what is there still, may be half a line.
  const jumps = numbers.filter((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1);
  expect(jumps.length).toBeLessThan(5);
  expect(stderr).toMatch(/\d+ MiB of output were not read in time and are gone/);
  const kept = namesIn(join(world.home, "environments", world.unique("follow"))).filter((name) =>
    /\.\d+$/.test(name),
  );
  expect(kept.length).toBeLessThan(3);
});

test("the end of the output's reader ends the run", async () => {
  const path = workspaceWith("while :; do echo line; sleep 0.05; done");
  await world.ok(["init", path]);
  const { stdout } = await world.call(["sh", "-c", `${executableInShell} run --follow ${path} | head -n 1`]);
  expect(stdout).toBe("line\n");
  await eventually("the end of the run", () => ofRun().length === 0);
});

test("a signal ends the run also while nobody reads, and nobody leaves", async () => {
  const path = workspaceWith("while :; do echo line; done");
  await world.ok(["init", path]);
  // A pipe that has an end for reading, and nobody who reads.
  const script = `mkfifo pipe; exec 3<>pipe; ${executableInShell} run --follow ${path} >&3 & echo $! >mono; wait $!; echo $? >status`;
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
  // It is not touched by what ends the first. Its shell becomes the sleep a moment after it wrote its id.
  const sleeping = () => ofRun().filter((line) => line.endsWith(" sleep 1000"));
  await eventually("the second run's sleep", () => sleeping().length > 0);
  expect(sleeping()).toEqual([`${pids()[1]} sleep 1000`]);
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
    const opened = await openTerminal(world, `TERM=xterm ${executableInShell} run --follow ${path}`);
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

test("output that somebody pipes elsewhere is missed, and said to be; the status still comes", async () => {
  const path = workspaceWith("echo first; until [ -e go ]; do sleep 0.1; done; exit 9");
  await world.ok(["init", path]);
  const child = world.start(["run", "--follow", path]);
  await eventually("the run", () => existsSync(ownFile("run-group")));
  await world.call(["tmux", "pipe-pane", "-t", `=mono-${world.unique("follow")}:`, "cat >/dev/null"]);
  let told = "";
  const reading = (async () => {
    for await (const bytes of child.stderr) told += new TextDecoder().decode(bytes);
  })();
  await eventually("the warning", () => told.includes("the rest of the output goes elsewhere"));
  await Bun.write(join(path, "go"), "");
  expect(await child.exited).toBe(9);
  await reading;
  expect(told.match(/goes elsewhere/g)).toHaveLength(1);
});

test("jobs that go on printing after the script's end keep nobody waiting", async () => {
  const path = workspaceWith("(timeout 4 yes line)& (timeout 4 yes line)& sleep .5");
  await world.ok(["init", path]);
  for (let round = 0; round < 3; round++) {
    expect((await world.mono(["run", "--follow", path])).exitCode).toBe(0);
    const answered = join(path, "answered");
    await eventually("the prompt", async () => {
      await world.call([
        "tmux",
        "send-keys",
        "-t",
        `=mono-${world.unique("follow")}:`,
        "touch answered",
        "Enter",
      ]);
      return existsSync(answered);
    });
    await world.call(["rm", answered]);
  }
});

test("the last words after a silence come, and the status, on a busy machine", async () => {
  const path = workspaceWith("echo first; sleep 1.3; echo last; exit 7");
  await world.ok(["init", path]);
  const busy = Array.from({ length: 4 }, () => Bun.spawn(["sh", "-c", "while :; do :; done"]));
  try {
    for (let round = 0; round < 4; round++)
      expect(await world.mono(["run", "--follow", path])).toMatchObject({
        exitCode: 7,
        stdout: "first\nlast\n",
      });
  } finally {
    for (const child of busy) child.kill("SIGKILL");
  }
});

test("a script in raw mode that asks its terminal gets no answer from a viewer's", async () => {
  const ask = "printf '\\033[6n\\033[c\\033[?1003h\\033]0;title\\007\\033[31mred\\033[0m'";
  const path = workspaceWith(`stty raw -echo; ${ask}; printf 'done\\r\\n'; exit 4`);
  await world.ok(["init", path]);
  for (const command of [`run --follow ${path}`, `logs ${path}`, `logs --follow ${path}`]) {
    const end = command.includes("logs --follow") ? "& sleep 2; kill $!; wait" : "";
    const shown = join(world.folder, "shown");
    const line = `TERM=xterm script -qec '${executableInShell} ${command}' ${shown} </dev/null >/dev/null ${end}`;
    await world.call(["sh", "-c", line]);
    const bytes = readFileSync(shown, "utf8");
    expect(bytes).toContain("\u001b[31mred\u001b[0mdone");
    // oxlint-disable-next-line no-control-regex -- their absence is what is tested
    expect(bytes).not.toMatch(/\u001b\[[?>]|\u001b\[\d*[cn]|\u001b\]/);
  }
});
