/** The database of environments: locked, broken. Nothing is lost, and nothing is without an owner. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, namesIn, type Result, sessions } from "./support/world.ts";

const world = worldForEachTest();

const database = (home = world.home) => join(home, "state.db");

interface Listed {
  readonly id: number;
  readonly path: string;
  readonly status: string;
}

async function listed(home = world.home): Promise<readonly Listed[]> {
  const { stdout } = await world.ok(["list", "--json"], { env: { MONO_HOME: home } });
  return JSON.parse(stdout).environments as readonly Listed[];
}

async function expectNothing(home = world.home): Promise<void> {
  expect(await listed(home)).toEqual([]);
  expect(namesIn(join(home, "data"))).toEqual([]);
  expect(namesIn(join(home, "environments"))).toEqual([]);
  expect(await sessions(world)).toEqual([]);
}

function expectRefused(result: Result, ...says: readonly string[]): void {
  expect(result.exitCode).toBe(1);
  expect(result.stdout).toBe("");
  for (const text of ["↳", ...says]) expect(result.stderr).toContain(text);
  expect(result.stderr).not.toMatch(/defect|^\s+at /m);
}

const isRun = { "mono.yml": "scripts:\n  run: 'true'\n" };

/** The five commands: init of the first workspace, the others on workspaces that have an environment. */
function commandsOn(fresh: string, doomed: string, kept: string): readonly (readonly string[])[] {
  return [["init", fresh], ["destroy", doomed], ["run", kept], ["vars", kept], ["list"]];
}

describe("locked by another program", () => {
  /** This process is the other program. It must not open the file again meanwhile: that would free the lock. */
  function lock(kind: "EXCLUSIVE" | "IMMEDIATE", home?: string): Database {
    const holder = new Database(database(home));
    holder.run(`BEGIN ${kind}`);
    return holder;
  }

  async function three(): Promise<readonly [string, string, string]> {
    const paths = [
      world.workspace("fresh", isRun),
      world.workspace("doomed", isRun),
      world.workspace("kept", isRun),
    ] as const;
    for (const path of [paths[1], paths[2]]) await world.ok(["init", path]);
    return paths;
  }

  test("for a second: everything waits, and succeeds", async () => {
    const [fresh, doomed, kept] = await three();
    const holder = lock("EXCLUSIVE");
    const results = Promise.all(commandsOn(fresh, doomed, kept).map((args) => world.mono(args)));
    // The case itself, not a wait for something.
    await Bun.sleep(1000);
    holder.close();
    expect((await results).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
    expect((await listed()).map(({ path }) => path).toSorted()).toEqual([fresh, kept].toSorted());
  });

  test("for long: every command says so, and changes nothing", async () => {
    const [fresh, doomed, kept] = await three();
    const [rows, were] = [await listed(), await sessions(world)];
    const holder = lock("EXCLUSIVE");
    const results = await Promise.all(commandsOn(fresh, doomed, kept).map((args) => world.mono(args)));
    holder.close();
    for (const result of results)
      expectRefused(result, `${database()} is locked by another program`, "close whatever holds it open");
    expect(await listed()).toEqual(rows);
    expect(await sessions(world)).toEqual(were);
    expect(namesIn(join(world.home, "data"))).toHaveLength(2);
  });

  test("from the middle of an init, or of a destroy: nothing is lost, and nothing is without its row", async () => {
    await Promise.all([
      lockedAt("failing", "EXCLUSIVE", { isSessionLeft: false, isDataLeft: true, status: "interrupted" }),
      lockedAt("failed", "IMMEDIATE", { isSessionLeft: false, isDataLeft: false, status: "interrupted" }),
      lockedAt("destroying", "IMMEDIATE", { isSessionLeft: true, isDataLeft: true, status: "running" }),
      lockedUntilUndone(),
    ]);
    expect(await sessions(world)).toEqual([]);
  });

  /** Starts a command whose script waits; locks the database there, and lets the script go on. */
  async function lockedInScript(what: string, kind: "EXCLUSIVE" | "IMMEDIATE") {
    const [command, script, exitCode] =
      what === "destroying" ? ["destroy", "destroy", 0] : ["init", "setup", what === "undone" ? 0 : 1];
    const wait = `touch here; until [ -e go ]; do sleep 0.02; done; exit ${exitCode}`;
    const path = world.workspace(what, { "mono.yml": `scripts:\n  ${script}: ${wait}\n` });
    const home = join(world.folder, what);
    const env = { MONO_HOME: home };
    if (command === "destroy") await world.ok(["init", path], { env });
    const result = world.mono([command, path], { env });
    await eventually("the script", () => existsSync(join(path, "here")));
    const holder = lock(kind, home);
    writeFileSync(join(path, "go"), "");
    return { path, home, env, result, holder };
  }

  interface Left {
    readonly isSessionLeft: boolean;
    readonly isDataLeft: boolean;
    readonly status: string;
  }

  async function lockedAt(what: string, kind: "EXCLUSIVE" | "IMMEDIATE", left: Left) {
    const { path, home, env, result, holder } = await lockedInScript(what, kind);
    expectRefused(await result, `${database(home)} is locked by another program`);
    holder.close();
    const session = `mono-${world.unique(what)}`;
    expect((await sessions(world)).includes(session)).toBe(left.isSessionLeft);
    expect(namesIn(join(home, "data"))).toHaveLength(left.isDataLeft ? 1 : 0);
    expect(await listed(home)).toMatchObject([{ path, status: left.status }]);
    await world.ok(["destroy", path], { env });
    expect(await listed(home)).toEqual([]);
    expect(namesIn(join(home, "data"))).toEqual([]);
    expect(await sessions(world)).not.toContain(session);
  }

  /** The lock keeps init from saying that the environment is ready; then it is gone, and init undoes. */
  async function lockedUntilUndone() {
    const { home, result, holder } = await lockedInScript("undone", "EXCLUSIVE");
    const log = join(home, "mono.log");
    await eventually("the undoing", () => readFileSync(log, "utf8").includes("undoing: the state database"));
    holder.close();
    expectRefused(await result, `${database(home)} is locked by another program`);
    expect(await listed(home)).toEqual([]);
    expect(namesIn(join(home, "data"))).toEqual([]);
  }
});

function newer(file: string): void {
  using connection = new Database(file);
  connection.run("PRAGMA user_version = 3");
}

const broken = {
  garbage: {
    breakFile: (file) => writeFileSync(file, "garbage ".repeat(1000)),
    hint: "restore it, or move it away",
  },
  "cut in the middle": {
    breakFile: (file) => writeFileSync(file, readFileSync(file).subarray(0, 6000)),
    hint: "restore it, or move it away",
  },
  "made by a newer mono": { breakFile: newer, hint: "a newer mono has written it: use that one" },
} satisfies Record<string, { breakFile: (file: string) => void; hint: string }>;

describe("a database that is", () => {
  for (const [what, { breakFile, hint }] of Object.entries(broken)) {
    test(`${what}: every command refuses it, and leaves it and everything else as it is`, async () => {
      const [fresh, kept] = [world.workspace("fresh", isRun), world.workspace("kept", isRun)];
      await world.ok(["init", kept]);
      const good = readFileSync(database());
      breakFile(database());
      const bytes = readFileSync(database());
      for (const args of commandsOn(fresh, kept, kept))
        expectRefused(await world.mono(args), database(), hint);
      expect(readFileSync(database()).equals(bytes)).toBe(true);
      expect(namesIn(world.home)).toEqual(["data", "environments", "locks", "mono.log", "state.db"]);
      expect(namesIn(join(world.home, "data"))).toEqual([world.unique("kept")]);
      expect(await sessions(world)).toEqual([`mono-${world.unique("kept")}`]);
      // Restored, as the hint says, it is as before; moved away, init starts afresh.
      writeFileSync(database(), good);
      await world.ok(["destroy", kept]);
      breakFile(database());
      rmSync(database());
      await world.ok(["init", fresh]);
      await world.ok(["destroy", fresh]);
      await expectNothing();
    });
  }

  test("garbage, in a home that has nothing else: init makes nothing beside it", async () => {
    mkdirSync(world.home);
    writeFileSync(database(), "garbage");
    expectRefused(await world.mono(["init", world.workspace("fresh", {})]), database());
    expect(namesIn(world.home)).toEqual(["state.db"]);
    expect(readFileSync(database(), "utf8")).toBe("garbage");
    expect(await sessions(world)).toEqual([]);
  });
});
