/** Which variables a session and its run have, when they come from several callers and a server of somebody's. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandLines } from "./support/processes.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executableInShell } from "./support/world.ts";

const world = worldForEachTest();

const files = { "mono.yml": "scripts:\n  run: env -0 > seen.new; mv seen.new seen\n" };

type Env = Readonly<Record<string, string>>;

/** Runs, and gives the environment of the run script. `env` is what the caller has in addition. */
async function run(path: string, env: Readonly<Record<string, string | undefined>> = {}): Promise<Env> {
  const seen = join(path, "seen");
  rmSync(seen, { force: true });
  await world.ok(["run", path], { env });
  await eventually("the run", () => existsSync(seen));
  return toEnv(readFileSync(seen, "utf8"));
}

function toEnv(text: string): Env {
  const assignments = text.split("\0").filter((assignment) => assignment.includes("="));
  return Object.fromEntries(
    assignments.map((assignment) => {
      const end = assignment.indexOf("=");
      return [assignment.slice(0, end), assignment.slice(end + 1)];
    }),
  );
}

const conductor = (path: string, more: Env = {}): Env => ({
  CONDUCTOR_WORKSPACE_PATH: path,
  CONDUCTOR_PORT: "55000",
  ...more,
});

test("what the server's starter had is not there, what the person has configured is", async () => {
  writeFileSync(join(world.folder, "home/.tmux.conf"), "setenv -g MINE kept\nsetenv -g CHANGED configured\n");
  const starter = { STARTERS: "secret", CHANGED: "starter's", CONDUCTOR_PORT: "1", LANG: "C.UTF-8" };
  await world.call(["tmux", "new-session", "-d", "-s", "first", "cat"], { env: starter });
  const path = world.workspace("vars", files);
  // Callers without a locale of their own.
  const callers = { OWN: "own", LANG: undefined, LC_ALL: undefined };
  await world.ok(["init", path], { env: callers });
  expect(await run(path, callers)).toMatchObject({
    MINE: "kept",
    CHANGED: "configured",
    OWN: "own",
    LANG: "C.UTF-8",
    MONO_ENV_PATH: path,
  });
  const seen = await run(path);
  expect(seen).not.toHaveProperty("STARTERS");
  expect(seen).not.toHaveProperty("CONDUCTOR_PORT");
  await world.ok(["destroy", path]);
});

test("the run's caller counts: its own workspace in everything, a plain terminal adds, another workspace does not", async () => {
  const path = world.workspace("vars", files);
  const other = world.workspace("other", files);
  await world.ok(["init", path], { env: conductor(path, { KEY: "1", GONE: "1", SSH_AUTH_SOCK: "/1" }) });
  expect(await run(path)).toMatchObject({ CONDUCTOR_PORT: "55000", KEY: "1", GONE: "1" });
  expect(await run(path, { KEY: "2", MORE: "2" })).toMatchObject({
    CONDUCTOR_PORT: "55000",
    KEY: "2",
    MORE: "2",
    GONE: "1",
  });
  for (const elsewhere of [
    conductor(other, { KEY: "3", CONDUCTOR_PORT: "3" }),
    { MONO_ENV_PATH: other, KEY: "3" },
  ])
    expect(await run(path, elsewhere)).toMatchObject({ CONDUCTOR_PORT: "55000", KEY: "2", MORE: "2" });
  const seen = await run(path, conductor(path, { KEY: "4", CONDUCTOR_PORT: "55010" }));
  expect(seen).toMatchObject({ CONDUCTOR_PORT: "55010", KEY: "4", SSH_AUTH_SOCK: "/1" });
  expect(seen).not.toHaveProperty("MORE");
  expect(seen).not.toHaveProperty("GONE");
  await world.ok(["init", other], { env: { ...conductor(path), KEY: "5" } });
  const others = await run(other);
  expect(others).toMatchObject({ KEY: "5", MONO_ENV_PATH: other });
  expect(others).not.toHaveProperty("CONDUCTOR_PORT");
  for (const each of [path, other]) await world.ok(["destroy", each]);
});

test("what describes the caller's process reaches no script, no session and no tmux server; a person's MONO_ variable does", async () => {
  const scripts = Object.fromEntries(
    ["init", "setup", "destroy"].map((name) => [name, `env -0 > ${name}.seen`]),
  );
  const path = world.workspace("vars", {
    "mono.yml": JSON.stringify({ scripts: { ...scripts, run: "env -0 > seen.new; mv seen.new seen" } }),
  });
  const process = { CLAUDECODE: "1", GIT_DIR: "/elsewhere", NODE_CHANNEL_FD: "3", INVOCATION_ID: "1" };
  const persons = { MONO_LICENSE_KEY: "mine", GIT_SSH_COMMAND: "ssh -4" };
  const env = { ...process, ...persons };
  await world.ok(["init", path], { env });
  const shell = await world.call(["tmux", "show-environment", "-t", `=mono-${world.unique("vars")}:`]);
  const server = await world.call(["tmux", "show-environment", "-g"]);
  const seen = [await run(path, env), toEnv(shell.stdout.replaceAll("\n", "\0"))];
  for (const name of ["init", "setup"]) seen.push(toEnv(readFileSync(join(path, `${name}.seen`), "utf8")));
  await world.ok(["destroy", path], { env });
  seen.push(toEnv(readFileSync(join(path, "destroy.seen"), "utf8")));
  for (const each of seen) {
    expect(each).toMatchObject(persons);
    for (const name of Object.keys(process)) expect(each).not.toHaveProperty(name);
  }
  for (const name of Object.keys(process)) expect(server.stdout).not.toContain(`${name}=`);
});

test("in a session that a git alias has made, git works on the session's repository", async () => {
  const path = world.workspace("repo", {
    "mono.yml": "scripts:\n  run: git rev-parse --show-toplevel > seen.new; mv seen.new seen\n",
  });
  const other = world.workspace("other", {});
  for (const folder of [path, other]) await world.call(["git", "init", "-q", folder]);
  const alias = `alias.env=!${executableInShell} init ${path}`;
  const called = await world.call(["git", "-c", alias, "env"], {
    cwd: other,
    env: { GIT_INDEX_FILE: join(other, "index") },
  });
  expect(called).toMatchObject({ exitCode: 0 });
  const seen = join(path, "seen");
  await world.ok(["run", path]);
  await eventually("the run", () => existsSync(seen));
  expect(readFileSync(seen, "utf8").trim()).toBe(path);
  await world.ok(["destroy", path]);
});

test("values come to the letter, on no command line, and the terminal is the session's own", async () => {
  const path = world.workspace("vars", files);
  await world.call(["tmux", "new-session", "-d", "-s", "first", "cat"]);
  const secret = `${world.unique("secret")} with "quotes" 'and' $dollars \\ #{pid} #S %H ~ œ {session} ;`;
  const odd = {
    SECRET: secret,
    LINES_OF_IT: `one\n${secret}\n\n\ttwo\n`,
    TARGET: "{session}",
    EMPTY: "",
    LONG: "x".repeat(100_000),
  };
  const terminal = {
    TERM: "xterm-mine",
    TERM_PROGRAM: "mine",
    COLORTERM: "mine",
    GPG_TTY: "/dev/mine",
    SHLVL: "41",
  };
  await world.ok(["init", path], { env: { ...odd, ...terminal } });
  const seen = await run(path, { ...odd, ...terminal });
  expect(seen).toMatchObject(odd);
  for (const [name, value] of Object.entries(terminal)) expect(seen[name]).not.toBe(value);
  expect(commandLines().filter(({ command }) => command.includes(world.unique("secret")))).toEqual([]);
  const { stdout } = await world.call(["find", world.home, "-type", "f", "-perm", "/077"]);
  expect(stdout).toBe("");
  await world.ok(["destroy", path]);
});
