/** The queries on the table of environments. */
import type { Database } from "bun:sqlite";
import type { Environment } from "../environment/environment.ts";
import { effect } from "../process/effects.ts";
import { createReader, databaseError, isSqliteError, openDatabase } from "./database.ts";
import { type Selection, toEnvironment } from "./schema.ts";

/** What an insert met: the row is in, or a column's value was taken in the meantime. */
type Insertion = "inserted" | "taken";

export interface Environments {
  list(): readonly Environment[];
  findByPath(path: string): Environment | undefined;
  findByName(name: string): Environment | undefined;
  insert(environment: Environment): Insertion;
  update(environment: Environment): void;
  /** Gives the environment of that mark another id, name and project. */
  rename(environment: Environment): Insertion;
  remove(environment: Environment): void;
  /** Does something short while no other mono of this home changes or does anything in the same way. */
  alone<T>(act: () => T): T;
}

/** The table in a file, which is read again at each question, and made at the first write. */
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
  const read = createReader(file);
  const find = (only: Selection) => read(only).map(toEnvironment)[0];
  const list = () => read().map(toEnvironment).toSorted(byName);
  return {
    list,
    findByPath: (path) => find({ column: "path", value: path }),
    findByName: (name) => find({ column: "name", value: name }),
    insert: ({ id, path, dockerProject, name, phase, engine, mark }) =>
      guard(() =>
        effect("inserting the row", () =>
          unlessTaken(() => toWrite().run(insertion, [id, path, dockerProject, name, phase, engine, mark])),
        ),
      ),
    rename: ({ dockerProject, id, mark, name }) =>
      guard(() =>
        effect("renaming the row", () =>
          unlessTaken(() =>
            toWrite().run("UPDATE environments SET id = ?, name = ?, docker_project = ? WHERE mark = ?", [
              id,
              name,
              dockerProject,
              mark,
            ]),
          ),
        ),
      ),
    update: ({ id, dockerProject, phase, engine }) =>
      guard(() => {
        const statement = "UPDATE environments SET docker_project = ?, phase = ?, engine = ? WHERE id = ?";
        effect("updating the row", () => toWrite().run(statement, [dockerProject, phase, engine, id]));
      }),
    remove: ({ id }) =>
      guard(() => {
        const remove = () => toWrite().run("DELETE FROM environments WHERE id = ?", [id]);
        effect("removing the row", () => {
          try {
            remove();
          } catch (error) {
            if (!isSqliteError(error, "SQLITE_FULL") && !isSqliteError(error, "SQLITE_IOERR")) throw error;
            // No room for a journal. This takes none, and what it changes is one page or two.
            toWrite().run("PRAGMA journal_mode = MEMORY");
            remove();
          }
        });
      }),
    alone: (act) => guard(() => toWrite().transaction(act).immediate()),
  };
}

const insertion =
  "INSERT INTO environments (id, path, docker_project, name, phase, engine, mark) VALUES (?, ?, ?, ?, ?, ?, ?)";

/** Another row has the value of a column that is unique. */
const takenCodes = ["SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"];

function unlessTaken(change: () => void): Insertion {
  try {
    change();
    return "inserted";
  } catch (error) {
    if (takenCodes.some((code) => isSqliteError(error, code))) return "taken";
    throw error;
  }
}

function byName(one: Environment, other: Environment): number {
  return one.name < other.name ? -1 : 1;
}
