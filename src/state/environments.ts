/** The queries on the table of environments. */
import { type Database, SQLiteError } from "bun:sqlite";
import type { Environment, Phase } from "../environment/environment.ts";
import { effect } from "../process/effects.ts";
import { databaseError, openDatabase, openExistingDatabase } from "./database.ts";

interface Row {
  readonly id: number;
  readonly path: string;
  readonly docker_project: string | null;
  readonly name: string;
  readonly phase: Phase;
  readonly engine: string | null;
}

const columns = "id, path, docker_project, name, phase, engine";

/** What an insert met: the row is in, or a column's value was taken in the meantime. */
export type Insertion = "inserted" | "taken";

export interface Environments {
  list(): readonly Environment[];
  findByPath(path: string): Environment | undefined;
  findByName(name: string): Environment | undefined;
  insert(environment: Environment): Insertion;
  update(environment: Environment): void;
  remove(environment: Environment): void;
}

/** The table in a file, which is opened at the first call, and made at the first write. */
export function createEnvironments(file: string): Environments {
  let writable: Database | undefined;
  let readable: Database | undefined;
  const guard = <T>(call: () => T): T => {
    try {
      return call();
    } catch (error) {
      throw databaseError(file, error);
    }
  };
  const toWrite = () => (writable ??= openDatabase(file));
  const toRead = () => writable ?? (readable ??= openExistingDatabase(file));
  const find = (column: "path" | "name", value: string) =>
    guard(() => {
      const query = toRead()?.query<Row, [string]>(`SELECT ${columns} FROM environments WHERE ${column} = ?`);
      return toEnvironment(query?.get(value));
    });
  return {
    list: () =>
      guard(() => {
        const rows =
          toRead()?.query<Row, []>(`SELECT ${columns} FROM environments ORDER BY name`).all() ?? [];
        return rows.flatMap((row) => toEnvironment(row) ?? []);
      }),
    findByPath: (path) => find("path", path),
    findByName: (name) => find("name", name),
    insert: (environment) => guard(() => effect("inserting the row", () => insert(toWrite(), environment))),
    update: ({ id, dockerProject, phase, engine }) =>
      guard(() => {
        const statement = "UPDATE environments SET docker_project = ?, phase = ?, engine = ? WHERE id = ?";
        effect("updating the row", () => toWrite().run(statement, [dockerProject, phase, engine, id]));
      }),
    remove: ({ id }) =>
      guard(() => {
        effect("removing the row", () => toWrite().run("DELETE FROM environments WHERE id = ?", [id]));
      }),
  };
}

function insert(
  database: Database,
  { id, path, dockerProject, name, phase, engine }: Environment,
): Insertion {
  try {
    database.run(`INSERT INTO environments (${columns}) VALUES (?, ?, ?, ?, ?, ?)`, [
      id,
      path,
      dockerProject,
      name,
      phase,
      engine,
    ]);
    return "inserted";
  } catch (error) {
    if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_CONSTRAINT") === true) return "taken";
    throw error;
  }
}

function toEnvironment(row: Row | null | undefined): Environment | undefined {
  if (row === null || row === undefined) return undefined;
  const { id, path, docker_project: dockerProject, name, phase, engine } = row;
  return { id, path, dockerProject, name, phase, engine };
}
