/** `list` and `vars` write nothing, and so need no permission to. */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { snapshot } from "./support/snapshot.ts";
import { unprivileged } from "./support/unprivileged.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { namesIn, type Result } from "./support/world.ts";

const world = worldForEachTest();

const database = () => join(world.home, "state.db");

function sql(...statements: readonly string[]): void {
  using connection = new Database(database());
  for (const statement of statements) connection.run(statement);
}

/** What the commands that only ask say of these workspaces, list with a warning; fails unless they leave mono's home as it is. */
async function ask(paths: readonly string[], mono = world.mono, warning = ""): Promise<readonly string[]> {
  const calls = [["list"], ["list", "--json"], ...paths.map((path) => ["vars", path])];
  const before = snapshot(world.home);
  const results = await Promise.all(calls.map((args) => mono(args)));
  expect(snapshot(world.home)).toEqual(before);
  expect(results.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
    calls.map(([command]) => ({ exitCode: 0, stderr: command === "list" ? warning : "" })),
  );
  return results.map(({ stdout }) => stdout);
}

function expectRefused(result: Result, file: string, ...says: readonly string[]): void {
  expect(result.exitCode).toBe(1);
  expect(result.stdout).toBe("");
  for (const text of [file, "↳", ...says]) expect(result.stderr).toContain(text);
  expect(result.stderr).not.toMatch(/defect|^\s+at /m);
}

test("list and vars leave mono's home as it is", async () => {
  const [ready, unreachable] = [world.workspace("ready", {}), world.workspace("unreachable", {})];
  for (const path of [ready, unreachable]) await world.ok(["init", path]);
  sql(
    `UPDATE environments SET docker_project = 'mono-x', engine = 'host:unix:///nowhere/docker.sock'
      WHERE path = '${unreachable}'`,
  );
  const warning = "! the Docker engine does not answer\n";
  const [table] = await ask([ready, unreachable], world.mono, warning);
  for (const status of ["running", "engine unreachable"]) expect(table).toContain(status);
});

// Only here is the lock asked for, too.
test("list leaves mono's home as it is when something was interrupted, and needs no permission to write", async () => {
  const path = world.workspace("interrupted", {});
  const { mono, call } = unprivileged(world);
  expect(await mono(["init", path])).toMatchObject({ exitCode: 0 });
  sql("UPDATE environments SET phase = 'initializing'");
  const [table] = await ask([path], mono);
  expect(table).toContain("interrupted");
  await call(["chmod", "-R", "a-w", world.home]);
  try {
    expect((await ask([path], mono))[0]).toBe(table);
  } finally {
    await call(["chmod", "-R", "u+w", world.home]);
  }
});

test("list and vars make no home", async () => {
  expect((await world.ok(["list"])).stdout).toBe("NAME  PATH  STATUS\n");
  expect((await world.mono(["vars", world.folder])).exitCode).toBe(3);
  expect(existsSync(world.home)).toBe(false);
});

test("list and vars read the bare schema as it is; the first command that writes migrates it", async () => {
  const paths = [world.workspace("old", {}), world.workspace("older", {})] as const;
  mkdirSync(world.home);
  sql(
    `CREATE TABLE environments (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT UNIQUE NOT NULL,
      docker_project TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)`,
    `INSERT INTO environments (path) VALUES ('${paths[0]}'), ('${paths[1]}')`,
  );
  const [table, , old] = await ask(paths);
  expect(table).toContain(world.unique("older"));
  expect(old).toContain('MONO_ENV_ID="1"');
  await world.ok(["destroy", paths[1]]);
  expect((await ask([paths[0]]))[2]).toBe(old);
});

test("list and vars serve a user who may not write; what writes is refused, and leaves nothing", async () => {
  const files = { "mono.yml": "scripts:\n  run: 'true'\n" };
  const [path, other] = [world.workspace("read-only", files), world.workspace("other", files)];
  const { mono, call } = unprivileged(world);
  expect(await mono(["init", path])).toMatchObject({ exitCode: 0 });
  const writable = await ask([path], mono);
  const file = database();
  const session = () => call(["tmux", "list-sessions", "-F", "#{session_name}"]);
  chmodSync(file, 0o444);
  expect(await ask([path], mono)).toEqual(writable);
  for (const args of [
    ["init", other],
    ["destroy", path],
  ])
    expectRefused(await mono(args), file);
  await call(["chmod", "-R", "a-w", world.home]);
  try {
    expect(await ask([path], mono)).toEqual(writable);
    const before = snapshot(world.home);
    for (const args of [
      ["init", other],
      ["destroy", path],
      ["run", path],
    ])
      expectRefused(await mono(args), world.home);
    expect(snapshot(world.home)).toEqual(before);
  } finally {
    await call(["chmod", "-R", "u+w", world.home]);
  }
  expect((await session()).stdout).toBe(`mono-${world.unique("read-only")}\n`);
  expect(namesIn(join(world.home, "data"))).toEqual([world.unique("read-only")]);
  expect((await mono(["destroy", path])).exitCode).toBe(0);
});

test("a home that may not be entered is an error, not an empty list", async () => {
  const path = world.workspace("hidden", {});
  const { mono, call } = unprivileged(world);
  expect(await mono(["init", path])).toMatchObject({ exitCode: 0 });
  await call(["chmod", "0", world.home]);
  try {
    for (const args of [["list"], ["vars", path]]) expectRefused(await mono(args), database());
  } finally {
    await call(["chmod", "700", world.home]);
  }
});

/** Kills a process in the middle of a transaction, a part of which is in the file already. */
async function makeHotJournal(): Promise<void> {
  const before = readFileSync(database());
  const killed = `
    const database = new (require("bun:sqlite").Database)(${JSON.stringify(database())});
    database.run("PRAGMA cache_size = 1");
    database.run("BEGIN IMMEDIATE");
    database.run("UPDATE environments SET phase = 'destroying'");
    const insert = database.prepare("INSERT INTO environments (path, name, phase) VALUES (?1, ?1, 'ready')");
    for (let index = 0; index < 1000; index++) insert.run("half a transaction " + index);
    process.kill(process.pid, "SIGKILL");
  `;
  expect((await world.call([process.execPath, "-e", killed])).exitCode).not.toBe(0);
  expect(existsSync(`${database()}-journal`)).toBe(true);
  expect(readFileSync(database()).equals(before)).toBe(false);
}

test("list rolls back what a mono that was killed in a commit has left, since nobody can read it before", async () => {
  const path = world.workspace("hot", {});
  await world.ok(["init", path]);
  const before = readFileSync(database());
  for (const args of [["list"], ["vars", path]]) {
    const said = await world.ok(args);
    await makeHotJournal();
    expect(await world.ok(args)).toEqual(said);
    expect(existsSync(`${database()}-journal`)).toBe(false);
    expect(readFileSync(database()).equals(before)).toBe(true);
  }
});

test("a user who may not roll it back is told who can", async () => {
  const path = world.workspace("cold", {});
  const { mono, call } = unprivileged(world);
  expect(await mono(["init", path])).toMatchObject({ exitCode: 0 });
  await makeHotJournal();
  await call(["chmod", "-R", "a-w", world.home]);
  try {
    const before = snapshot(world.home);
    for (const args of [["list"], ["vars", path], ["init", path]])
      expectRefused(await mono(args), database(), "unfinished change", "run mono list as the owner");
    expect(snapshot(world.home)).toEqual(before);
  } finally {
    await call(["chmod", "-R", "u+w", world.home]);
  }
  expect((await mono(["list"])).stdout).toContain(`${path}  running`);
});
