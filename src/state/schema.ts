/** The table of environments: its schema, and what an older one's rows mean in it. */
import type { Database } from "bun:sqlite";
import { type Environment, type Phase, resourceNameOf } from "../environment/environment.ts";
import { markOfOldRow } from "../environment/mark.ts";
import { deriveName } from "../environment/name.ts";
import { databaseNewer } from "../error/catalogue/home.ts";

const schemaVersion = 2;
const schema = `
  CREATE TABLE environments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT UNIQUE NOT NULL,
    docker_project TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    name TEXT UNIQUE NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('initializing', 'ready', 'destroying')),
    engine TEXT,
    mark TEXT NOT NULL DEFAULT (lower(hex(randomblob(16))))
  )`;

/** A row of the specification's bare schema, which has version 0. */
interface BareRow {
  readonly id: number;
  readonly path: string;
  readonly docker_project: string | null;
  readonly created_at: string | null;
}

export interface Row extends BareRow {
  readonly name: string;
  readonly phase: Phase;
  readonly engine: string | null;
  readonly mark: string;
}

export function toEnvironment({
  id,
  path,
  docker_project: dockerProject,
  name,
  phase,
  engine,
  mark,
}: Row): Environment {
  return { id, path, dockerProject, name, phase, engine, mark };
}

/** What version 1 had. */
const firstColumns = "id, path, docker_project, created_at, name, phase, engine";
const columns = `${firstColumns}, mark`;

/** The one row with this value. */
export interface Selection {
  readonly column: "path" | "name";
  readonly value: string;
}

/** All rows, or one, as the current schema has them, whatever schema the file has. Writes nothing. */
export function readRows(database: Database, file: string, only?: Selection): readonly Row[] {
  // One transaction: another process may migrate between two questions.
  return database.transaction(() => {
    const version = knownVersionOf(database, file);
    if (version !== schemaVersion) {
      const rows = rowsOfVersion(version, database, file);
      return rows.filter((row) => only === undefined || row[only.column] === only.value);
    }
    const all = `SELECT ${columns} FROM environments`;
    if (only === undefined) return database.query<Row, []>(all).all();
    return database.query<Row, [string]>(`${all} WHERE ${only.column} = ?`).all(only.value);
  })();
}

/** Gives the file the current schema, and keeps its rows. Throws when a newer mono has made it. */
export function migrate(database: Database, file: string): void {
  if (knownVersionOf(database, file) === schemaVersion) return;
  database
    .transaction(() => {
      // Another process may have done it while this one waited for the lock.
      const version = knownVersionOf(database, file);
      if (version === schemaVersion) return;
      const rows = rowsOfVersion(version, database, file);
      database.run("DROP TABLE IF EXISTS environments");
      database.run(schema);
      const insert = database.prepare(
        `INSERT INTO environments (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      );
      for (const { id, path, docker_project, created_at, name, phase, engine, mark } of rows)
        insert.run(id, path, docker_project, created_at, name, phase, engine, mark);
      database.run(`PRAGMA user_version = ${schemaVersion}`);
    })
    .immediate();
}

/** The rows of an earlier version, which had no marks. */
function rowsOfVersion(version: number, database: Database, file: string): readonly Row[] {
  const rows =
    version === 0
      ? rowsFromBare(database)
      : database.query<Omit<Row, "mark">, []>(`SELECT ${firstColumns} FROM environments`).all();
  return rows.map((row) => ({ ...row, mark: markOfOldRow(file, row) }));
}

/** 0 is an empty file, or one with the bare schema. */
function knownVersionOf(database: Database, file: string): number {
  const found = database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
  if (found <= schemaVersion) return found;
  throw databaseNewer({ file, found, known: schemaVersion });
}

/** Rows of the bare schema, whose names were in the project or the path's last part. None in an empty file. */
function rowsFromBare(database: Database): readonly Omit<Row, "mark">[] {
  const isThere = database.query("SELECT 1 FROM sqlite_master WHERE name = 'environments'").get() !== null;
  if (!isThere) return [];
  const rows = database
    .query<BareRow, []>("SELECT id, path, docker_project, created_at FROM environments ORDER BY id")
    .all();
  const names = new Set<string>();
  return rows.map((row) => {
    const prefix = resourceNameOf("");
    const project = row.docker_project?.startsWith(prefix)
      ? row.docker_project.slice(prefix.length)
      : undefined;
    const wanted = project ?? deriveName(row.path);
    let name = wanted;
    for (let number = row.id; names.has(name); number++) name = `${wanted}-${number}`;
    names.add(name);
    return { ...row, name, phase: "ready", engine: null };
  });
}
