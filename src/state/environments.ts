/** The queries on the table of environments. */
import { type Database, SQLiteError } from "bun:sqlite";
import type { Environment } from "../environment/environment.ts";
import { effect } from "../process/effects.ts";
import { databaseError, openDatabase, readDatabase } from "./database.ts";
import { type Selection, toEnvironment } from "./schema.ts";

/** What an insert met: the row is in, or a column's value was taken in the meantime. */
type Insertion = "inserted" | "taken";

export interface Environments {
  list(): readonly Environment[];
  findByPath(path: string): Environment | undefined;
  findByName(name: string): Environment | undefined;
  insert(environment: Environment): Insertion;
  update(environment: Environment): void;
  remove(environment: Environment): void;
}

/** The table in a file, which is read at each question, and made at the first write. */
export function createEnvironments(file: string): Environments {
  let writable: Database | undefined;
  const toWrite = () => (writable ??= openDatabase(file));
  const guard = <T>(call: () => T): T => {
    try {
      return call();
    } catch (error) {
      throw databaseError(file, error);
    }
  };
  const find = (only: Selection) => readDatabase(file, only).map(toEnvironment)[0];
  const list = () => readDatabase(file).map(toEnvironment).toSorted(byName);
  return {
    list,
    findByPath: (path) => find({ column: "path", value: path }),
    findByName: (name) => find({ column: "name", value: name }),
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

const insertion =
  "INSERT INTO environments (id, path, docker_project, name, phase, engine) VALUES (?, ?, ?, ?, ?, ?)";

function insert(
  database: Database,
  { id, path, dockerProject, name, phase, engine }: Environment,
): Insertion {
  try {
    database.run(insertion, [id, path, dockerProject, name, phase, engine]);
    return "inserted";
  } catch (error) {
    if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_CONSTRAINT") === true) return "taken";
    throw error;
  }
}

function byName(one: Environment, other: Environment): number {
  return one.name < other.name ? -1 : 1;
}
