import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MonoError } from "../error/mono-error.ts";
import { createReader, openDatabase } from "./database.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-database-"));
  file = join(folder, "home/state.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function errorOf(call: () => unknown): MonoError {
  try {
    call();
  } catch (error) {
    if (error instanceof MonoError) return error;
    throw error;
  }
  throw new Error("the call did not fail");
}

function rowsOf(database: Database): unknown[] {
  return database
    .query("SELECT id, path, docker_project, created_at, name, phase, engine, mark FROM environments")
    .all();
}

function versionOf(database: Database): unknown {
  return database.query("PRAGMA user_version").get();
}

/** A database with the schema that had neither names nor phases. */
function makeBareDatabase(rows: readonly (readonly [path: string, project: string | null])[]): void {
  openDatabase(file).close();
  rmSync(file);
  using database = new Database(file);
  database.run(`CREATE TABLE environments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT UNIQUE NOT NULL,
    docker_project TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
  )`);
  for (const [path, project] of rows) {
    database.run(
      "INSERT INTO environments (path, docker_project, created_at) VALUES (?, ?, '2026-01-02 03:04:05')",
      [path, project],
    );
  }
}

test("reading makes no database, and no folder", () => {
  expect(createReader(file)()).toEqual([]);
  expect(existsSync(join(folder, "home"))).toBe(false);
});

test("one reader sees what others commit, a file made later, another put in its place, and its removal", () => {
  const read = createReader(file);
  const pathsOf = () => read().map(({ path }) => path);
  expect(pathsOf()).toEqual([]);
  const insert = (path: string) => {
    using database = openDatabase(file);
    database.run("INSERT INTO environments (path, name, phase) VALUES (?, ?, 'ready')", [path, path]);
  };
  insert("/w/one");
  expect(pathsOf()).toEqual(["/w/one"]);
  insert("/w/two");
  expect(pathsOf()).toEqual(["/w/one", "/w/two"]);
  renameSync(file, `${file}.old`);
  insert("/w/three");
  expect(pathsOf()).toEqual(["/w/three"]);
  rmSync(file);
  expect(pathsOf()).toEqual([]);
});

test("a fresh database is empty, has the current version, and is for the user alone", () => {
  using database = openDatabase(file);
  expect(rowsOf(database)).toEqual([]);
  expect(versionOf(database)).toEqual({ user_version: 2 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "home")).mode & 0o777).toBe(0o700);
});

test("every commit is on the disk before it returns, and no second file holds a part of the state", () => {
  using database = openDatabase(file);
  expect(database.query("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  expect(database.query("PRAGMA fullfsync").get()).toEqual({ fullfsync: 1 });
  expect(database.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "delete" });
});

test("an empty file becomes a database", () => {
  openDatabase(file).close();
  writeFileSync(file, "");
  using database = openDatabase(file);
  expect(rowsOf(database)).toEqual([]);
});

test("a phase that mono does not know cannot be stored", () => {
  using database = openDatabase(file);
  const insert = "INSERT INTO environments (path, name, phase) VALUES ('/w', 'w', 'lost')";
  expect(() => database.run(insert)).toThrow("CHECK constraint failed");
});

test("opening a database again changes nothing in it", () => {
  openDatabase(file).close();
  const before = readFileSync(file);
  openDatabase(file).close();
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("a database without names is migrated, and keeps its rows", () => {
  makeBareDatabase([
    ["/home/ann/workspaces/shop/auth", "mono-shop-auth"],
    ["/home/ann/blog", null],
    ["/home/ann/other", "mono-renamed"],
    ["/home/bob/blog", null],
  ]);
  using database = openDatabase(file);
  const mark: unknown = expect.stringMatching(/^old-[0-9a-f]{32}$/);
  const row = { created_at: "2026-01-02 03:04:05", phase: "ready", engine: null, mark };
  expect(rowsOf(database)).toEqual([
    {
      ...row,
      id: 1,
      path: "/home/ann/workspaces/shop/auth",
      docker_project: "mono-shop-auth",
      name: "shop-auth",
    },
    { ...row, id: 2, path: "/home/ann/blog", docker_project: null, name: "blog" },
    { ...row, id: 3, path: "/home/ann/other", docker_project: "mono-renamed", name: "renamed" },
    { ...row, id: 4, path: "/home/bob/blog", docker_project: null, name: "blog-4" },
  ]);
  expect(versionOf(database)).toEqual({ user_version: 2 });
});

test("rows from the version before marks get a mark each, the same whether they are read or migrated", () => {
  openDatabase(file).close();
  {
    using database = new Database(file);
    database.run("ALTER TABLE environments DROP COLUMN mark");
    const columns = "(path, docker_project, name, phase, engine)";
    for (const name of ["shop", "blog"])
      database.run(`INSERT INTO environments ${columns} VALUES (?, ?, ?, 'ready', 'context:default id=X')`, [
        `/w/${name}`,
        `mono-${name}`,
        name,
      ]);
    database.run("PRAGMA user_version = 1");
  }
  const before = readFileSync(file);
  const read = createReader(file)();
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(read.map(({ name, engine }) => `${name} ${engine}`)).toEqual([
    "shop context:default id=X",
    "blog context:default id=X",
  ]);
  const marks = read.map(({ mark }) => mark);
  expect(new Set(marks).size).toBe(2);
  for (const mark of marks) expect(mark).toMatch(/^old-[0-9a-f]{32}$/);
  openDatabase(file).close();
  expect(createReader(file)()).toEqual(read);
});

test("a database without names is read as if migrated, and reading does not migrate it", () => {
  makeBareDatabase([
    ["/home/ann/shop", "mono-shop-auth"],
    ["/home/ann/blog", null],
    ["/home/bob/blog", null],
  ]);
  const before = readFileSync(file);
  const read = createReader(file)();
  expect(readFileSync(file).equals(before)).toBe(true);
  using database = openDatabase(file);
  expect<unknown[]>([...read]).toEqual(rowsOf(database));
  expect(createReader(file)()).toEqual(read);
});

test("a database without names is migrated once, even when eight processes open it at the same time", async () => {
  makeBareDatabase([["/home/ann/blog", null]]);
  const opener = `
    import { openDatabase } from ${JSON.stringify(join(import.meta.dir, "database.ts"))};
    import { writeSync } from "node:fs";
    writeSync(1, "here");
    const insert = "INSERT INTO environments (path, name, phase) VALUES (?, ?, 'destroying')";
    openDatabase(${JSON.stringify(file)}).run(insert, ["/w/" + process.pid, "name-" + process.pid]);
  `;
  // Nobody may write until all of them have started.
  using blocker = new Database(file);
  blocker.run("PRAGMA busy_timeout = 10000");
  blocker.run("BEGIN IMMEDIATE");
  const openers = Array.from({ length: 8 }, () =>
    Bun.spawn([process.execPath, "-e", opener], { stdout: "pipe", stderr: "inherit" }),
  );
  await Promise.all(openers.map((child) => child.stdout.getReader().read()));
  blocker.run("COMMIT");
  expect(await Promise.all(openers.map((child) => child.exited))).toEqual(openers.map(() => 0));
  using database = openDatabase(file);
  const names = database.query("SELECT name FROM environments WHERE phase = 'destroying' ORDER BY name");
  expect(names.values().flat()).toEqual(openers.map(({ pid }) => `name-${pid}`).toSorted());
  expect(rowsOf(database)).toHaveLength(9);
});

test("a commit is on the disk before it counts: full synchronisation, and a rollback journal", () => {
  using database = openDatabase(file);
  expect(database.query("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  expect(database.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "delete" });
});

test("a database from a newer mono is refused, and left as it is", () => {
  openDatabase(file).close();
  {
    using database = new Database(file);
    database.run("PRAGMA user_version = 3");
  }
  const before = readFileSync(file);
  const error = errorOf(() => openDatabase(file));
  expect(errorOf(() => createReader(file)()).message).toBe(error.message);
  expect(error.message).toBe(`the state database ${file} has schema 3, and this mono knows only 2`);
  expect(error.hint).toContain("newer mono");
  expect(readFileSync(file).equals(before)).toBe(true);
});

test.each([
  ["garbage", Buffer.from("garbage ".repeat(1000))],
  ["a few bytes of garbage", Buffer.from("garbage")],
  ["the first bytes of a database", Buffer.from("SQLite format 3\0")],
])("a file that is %s is refused with an error that names it, and left as it is", (_what, bytes) => {
  openDatabase(file).close();
  writeFileSync(file, bytes);
  const error = errorOf(() => openDatabase(file));
  expect(error.message).toStartWith(`cannot use the state database ${file}: `);
  expect(error.hint).toContain("move it away");
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test.each([100, 1000, 4096, 5000])(
  "a database cut to %d bytes is refused with an error that names it",
  (size) => {
    {
      using database = openDatabase(file);
      for (let index = 0; index < 200; index++) {
        database.run("INSERT INTO environments (path, name, phase) VALUES (?1, ?1, 'ready')", [
          `/w/${index}`,
        ]);
      }
    }
    const bytes = readFileSync(file);
    expect(bytes.length).toBeGreaterThan(size);
    writeFileSync(file, bytes.subarray(0, size));
    const error = errorOf(() => openDatabase(file));
    expect(error.message).toStartWith(`cannot use the state database ${file}: `);
    expect(error.hint).toContain("restore it");
  },
);

test("a folder that cannot be made is an error that names the file", () => {
  writeFileSync(join(folder, "home"), "");
  const error = errorOf(() => openDatabase(file));
  expect(error.message).toStartWith(`cannot use the state database ${file}: `);
  expect(error.hint).toContain("its folder can be read and written");
});

// The number that would make the third row's name unique gives the name that the first row has.
test("a database without names is migrated, whatever the folders are called", () => {
  makeBareDatabase([
    ["/home/ann/app-3", null],
    ["/home/ann/app", null],
    ["/home/bob/app", null],
  ]);
  using database = openDatabase(file);
  expect(rowsOf(database)).toHaveLength(3);
});
