/**
 * ~/.mono/state.db: one table, a row an environment.
 *
 * Rollback journal and full synchronisation: a commit survives a power cut, and many processes may open a new file
 * at once (turning on WAL makes them fail). Reading writes nothing.
 */
import { constants, Database, SQLiteError } from "bun:sqlite";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { deriveName } from "../environment/name.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { MonoError, reasonOf } from "../error/mono-error.ts";

/** Milliseconds to wait for another process's transaction. */
const busyTimeoutMs = 10_000;

const schemaVersion = 1;
const schema = `
  CREATE TABLE environments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT UNIQUE NOT NULL,
    docker_project TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    name TEXT UNIQUE NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('initializing', 'ready', 'destroying')),
    engine TEXT
  )`;

/** Opens the database to read, or undefined when there is none: reading must not make one. */
export function openExistingDatabase(file: string): Database | undefined {
  return existsSync(file) ? openDatabase(file) : undefined;
}

/** Opens the database, making and migrating it as needed. Throws a MonoError that names the file. */
export function openDatabase(file: string): Database {
  let database: Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Made here and not by SQLite, for the mode.
    if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
    database = new Database(file, constants.SQLITE_OPEN_READWRITE);
    database.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    database.run("PRAGMA synchronous = FULL");
    migrate(database);
    return database;
  } catch (error) {
    database?.close();
    throw databaseError(file, error);
  }
}

/** What went wrong with the file, and what the user can do. */
export function databaseError(file: string, error: unknown): Error {
  if (error instanceof MonoError) return error;
  if (error instanceof SQLiteError && error.code === "SQLITE_BUSY") {
    return new MonoError(`the state database ${file} is locked by another program`, {
      hint: "close whatever holds it open, then try again",
      cause: error,
    });
  }
  const isBroken =
    error instanceof SQLiteError && ["SQLITE_NOTADB", "SQLITE_CORRUPT"].includes(error.code ?? "");
  return new MonoError(`cannot use the state database ${file}: ${reasonOf(error)}`, {
    hint: isBroken
      ? "restore it, or move it away to start afresh: containers and sessions called mono-… then have to be removed by hand"
      : "make sure that the file and its folder can be written, and that the disk has room",
    cause: error,
  });
}

function versionOf(database: Database): number {
  return database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
}

function migrate(database: Database): void {
  const found = versionOf(database);
  if (found === schemaVersion) return;
  if (found > schemaVersion) {
    throw new MonoError(`the state database has schema ${found}, and this mono knows ${schemaVersion}`, {
      hint: "a newer mono has made it: use that one",
    });
  }
  database
    .transaction(() => {
      // Another process may have done it while this one waited for the lock.
      if (versionOf(database) === schemaVersion) return;
      const isThere =
        database.query("SELECT 1 FROM sqlite_master WHERE name = 'environments'").get() !== null;
      if (isThere) adoptBareRows(database);
      else database.run(schema);
      database.run(`PRAGMA user_version = ${schemaVersion}`);
    })
    .immediate();
}

interface BareRow {
  readonly id: number;
  readonly path: string;
  readonly docker_project: string | null;
  readonly created_at: string | null;
}

/** Version 0 with rows: the specification's bare schema, whose names were in the project or the path's last part. */
function adoptBareRows(database: Database): void {
  const rows = database
    .query<BareRow, []>("SELECT id, path, docker_project, created_at FROM environments")
    .all();
  database.run("DROP TABLE environments");
  database.run(schema);
  const insert = database.prepare(
    "INSERT INTO environments (id, path, docker_project, created_at, name, phase) VALUES (?, ?, ?, ?, ?, 'ready')",
  );
  const names = new Set<string>();
  for (const row of rows.toSorted((one, other) => one.id - other.id)) {
    const prefix = resourceNameOf("");
    const project = row.docker_project?.startsWith(prefix)
      ? row.docker_project.slice(prefix.length)
      : undefined;
    const wanted = project ?? deriveName(row.path);
    let name = wanted;
    for (let number = row.id; names.has(name); number++) name = `${wanted}-${number}`;
    names.add(name);
    insert.run(row.id, row.path, row.docker_project, row.created_at, name);
  }
}
