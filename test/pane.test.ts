/** The pane in which runs start: dead, the caller's own, or one of a session that something has brought back. */
import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askShell } from "./support/conductor.ts";
import { nothingIsLeft, processesOf } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executable, executableInShell, lines, sessions } from "./support/world.ts";

const world = worldForEachTest({ shell: "bash" });

const server = "echo began >>began; echo serving; trap 'exit 3' INT; while :; do sleep 0.1; done";
const simple = (run: string) => ({ "mono.yml": `scripts:\n  run: ${JSON.stringify(run)}\n` });
const session = () => `mono-${world.unique("pane")}`;
const tmux = async (...args: string[]) => (await world.call(["tmux", ...args])).stdout;
const everShown = async () => await tmux("capture-pane", "-p", "-J", "-S", "-", "-t", `=${session()}:`);
const countIn = (path: string) =>
  existsSync(join(path, "began")) ? lines(readFileSync(join(path, "began"), "utf8")).length : 0;
const monoIsGone = () =>
  eventually("the end of mono", () =>
    processesOf(world).every((line) => !line.includes(`${executable} run`)),
  );

async function type(line: string): Promise<void> {
  await tmux("send-keys", "-t", `=${session()}:`, "-l", "--", line);
  await tmux("send-keys", "-t", `=${session()}:`, "Enter");
}

/** Types a line of which the shell says that it has taken it: a shell that is still starting may lose some. */
async function typeToShell(path: string, line: string): Promise<void> {
  await askShell(world, session(), path, "true");
  await type(line);
}

test("remain-on-exit: a run starts in a pane whose shell has ended, and its output is kept", async () => {
  const path = world.workspace("pane", simple("echo first; echo second; exit 7"));
  await world.ok(["init", path]);
  await tmux("set-option", "-g", "remain-on-exit", "on");
  for (const start of [["run", "--follow"], ["run"]]) {
    await typeToShell(path, "exit");
    await eventually("a dead pane", async () =>
      (await tmux("list-panes", "-t", `=${session()}:`, "-F", "#{pane_dead}")).startsWith("1"),
    );
    const { exitCode, stdout } = await world.mono([...start, path]);
    expect([exitCode, stdout]).toEqual(start.length === 2 ? [7, "first\nsecond\n"] : [0, ""]);
    await eventually("the output", async () =>
      (await world.ok(["logs", path, "run"])).stdout.includes("second"),
    );
  }
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("what fails after the start ends what was started", async () => {
  const path = world.workspace("pane", simple(server));
  await world.ok(["init", path]);
  const programs = join(world.folder, "programs");
  mkdirSync(programs);
  // Does all it is told, waits until the script runs, and says that it has failed.
  const wrapper = `#!/bin/sh
case "$*" in *source-file*) ;; *) exec ${Bun.which("tmux")} "$@";; esac
cat >${programs}/commands
${Bun.which("tmux")} "$@" <${programs}/commands || exit
grep -q respawn-pane ${programs}/commands || exit 0
until [ -e ${path}/began ]; do sleep 0.05; done
echo 'no more pipes' >&2; exit 1
`;
  writeFileSync(join(programs, "tmux"), wrapper);
  chmodSync(join(programs, "tmux"), 0o755);
  const env = { PATH: `${programs}:${world.env["PATH"]}` };
  const { exitCode, stderr } = await world.mono(["run", path], { env });
  expect(exitCode).toBe(1);
  expect(stderr).toContain("no more pipes");
  expect(stderr).toContain("the run script had started: it was ended");
  expect(processesOf(world).filter((line) => line.includes("run-script"))).toEqual([]);
  await world.ok(["run", path]);
  await eventually("the next run", () => countIn(path) === 2);
  await world.ok(["destroy", path]);
});

test.each([
  ["mono run", `${executableInShell} run .`],
  ["mono run --follow", `${executableInShell} run --follow .`],
  ["its answer redirected", `${executableInShell} run --json . >answer 2>said`],
  ["in the background", `${executableInShell} run . &`],
  ["through npm", "npm run --silent go"],
  ["through make", "make go"],
  ["in a sub-shell", `sh -c '${executableInShell} run .; :'`],
])("the pane in which runs start, %s: Ctrl-C, and once more right there", async (_title, line) => {
  const path = world.workspace("pane", {
    ...simple(server),
    "package.json": JSON.stringify({ scripts: { go: `${executableInShell} run .` } }),
    makefile: `go:\n\t@${executableInShell} run .\n`,
  });
  await world.ok(["init", path]);
  await typeToShell(path, "seq 1001 1100");
  for (let count = 1; count <= 3; count++) {
    await typeToShell(path, `echo before-${count}`);
    await type(line);
    await eventually("the run", () => countIn(path) === count);
    await monoIsGone();
    await eventually("the output", async () => (await everShown()).split("serving\n").length > count);
    await tmux("send-keys", "-t", `=${session()}:`, "C-c");
  }
  await askShell(world, session(), path, "true");
  const shown = await everShown();
  for (const kept of ["1001\n1002\n", "1100\n", "before-1\n", "before-2\n", "before-3\n"])
    expect(shown).toContain(kept);
  // The lock is free, and nobody has died with it.
  expect((await world.ok(["list"])).stdout).toContain("running");
  expect((await world.ok(["logs", path, "run"])).stdout).toContain("serving");
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("a shell that is open in the pane's shell is replaced with it", async () => {
  const path = world.workspace("pane", simple(server));
  await world.ok(["init", path]);
  await typeToShell(path, "bash --norc");
  await typeToShell(path, `${executableInShell} run .`);
  await eventually("the run", () => countIn(path) === 1);
  await monoIsGone();
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("a program in the pane that calls mono and reads its answer is left alone", async () => {
  const path = world.workspace("pane", simple(server));
  await world.ok(["init", path]);
  await typeToShell(path, "exec 9>&2; bash --norc");
  // As an agent does: all three streams are its own.
  const agent = `sleep 6; ${executableInShell} run . </dev/null 2>&1 | cat >said; exec cat`;
  await typeToShell(path, `bash -c ${JSON.stringify(agent)}`);
  const said = join(path, "said");
  await eventually("what mono says", () => existsSync(said) && readFileSync(said, "utf8").includes("↳"));
  expect(readFileSync(said, "utf8")).toContain("bash is in the foreground of its terminal");
  expect(countIn(path)).toBe(0);
  await world.ok(["destroy", path]);
});

test("a run script that calls mono run for itself is told so", async () => {
  const path = world.workspace(
    "pane",
    simple(`${executableInShell} run --follow . 2>said; echo $? >status.new; mv status.new status`),
  );
  await world.ok(["init", path]);
  await world.ok(["run", path]);
  await eventually("the status", () => existsSync(join(path, "status")));
  expect(readFileSync(join(path, "status"), "utf8")).toBe("1\n");
  expect(readFileSync(join(path, "said"), "utf8")).toContain("the run script itself has called mono run");
  await world.ok(["destroy", path]);
});

/** Puts a session in the place of mono's, as a tool does that brings sessions back after a reboot. */
async function bringBack(path: string, folder: string, panes: number, ...program: string[]): Promise<void> {
  await tmux("new-session", "-d", "-s", "other", "cat");
  await tmux("kill-session", "-t", `=${session()}:`);
  await tmux("new-session", "-d", "-s", session(), "-c", folder, ...program);
  for (let pane = 1; pane < panes; pane++) await tmux("split-window", "-t", `=${session()}:`, "-c", folder);
  await tmux("kill-session", "-t", "=other:");
  if (program.length === 0) await askShell(world, session(), folder, "true");
  rmSync(join(path, "began"), { force: true });
}

const owner = async () => (await tmux("show-options", "-qv", "-t", `=${session()}:`, "@mono_owner")).trim();

test("a session that was brought back with idle shells in the workspace is adopted, by run, in it, and by destroy", async () => {
  const path = world.workspace("pane", simple(`echo $MONO_ENV_NAME >>began; ${server}`));
  const inside = join(path, "below");
  mkdirSync(inside);
  await world.ok(["init", path]);
  await bringBack(path, inside, 2);
  const before = await tmux("list-panes", "-t", `=${session()}:`, "-F", "#{pane_id}");
  expect((await world.ok(["list"])).stdout).toContain("stopped");
  const { stderr } = await world.ok(["run", path]);
  expect(stderr.match(/adopted tmux session/g)).toHaveLength(1);
  await eventually("the run", () => countIn(path) === 2);
  expect(readFileSync(join(path, "began"), "utf8")).toBe(`${world.unique("pane")}\nbegan\n`);
  expect(await tmux("list-panes", "-t", `=${session()}:`, "-F", "#{pane_id}")).toBe(before);
  expect(await owner()).not.toBe("");
  expect((await world.ok(["list"])).stdout).toContain("running");
  expect((await world.ok(["run", path])).stderr).not.toContain("adopted");
  // In the session itself, where mono is what is in front. It has none of mono's variables, the home folder's neither.
  await bringBack(path, path, 1);
  await type(`MONO_HOME=${world.home} ${executableInShell} run --follow .`);
  await eventually("the run in its pane", () => countIn(path) === 2);
  await monoIsGone();
  await bringBack(path, path, 1);
  expect((await world.ok(["destroy", path])).stderr).toContain("was brought back without mono");
  expect(await sessions(world)).toEqual([]);
  await nothingIsLeft(world);
});

test.each([
  ["a program in front", (path: string) => bringBack(path, path, 1, "cat")],
  ["another folder", (path: string) => bringBack(path, world.folder, 1)],
  [
    "another owner's mark",
    async (path: string) => {
      await bringBack(path, path, 1);
      await tmux("set-option", "-t", `=${session()}:`, "@mono_owner", "another");
    },
  ],
])("a session of mono's name with %s stays somebody's", async (_title, make) => {
  const path = world.workspace("pane", simple(server));
  await world.ok(["init", path]);
  await make(path);
  const mark = await owner();
  const { exitCode, stderr } = await world.mono(["run", path]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("mono did not make it");
  const isMarked = mark !== "";
  expect(stderr.includes(`end what runs in it and go to ${path} in each pane`)).toBe(!isMarked);
  expect(await owner()).toBe(mark);
  expect((await world.ok(["destroy", path])).stderr).toContain("is left alone");
  expect(await sessions(world)).toEqual([session()]);
});
