/**
 * ~/.mono/state.db: one table, one row per environment.
 *
 * Rollback journal and full synchronisation: a commit survives a power cut, and many processes may open a new file
 * at once (turning on WAL makes them fail).
 *
 * Reading writes nothing, and needs no permission to write: its connection cannot write. There is one exception.
 * A mono that was killed in the middle of a commit leaves a hot journal, and until somebody has rolled it back the
 * file holds half a transaction; SQLite refuses to read it then (SQLITE_READONLY_ROLLBACK).
 */
import { constants, Database, SQLiteError } from "bun:sqlite";
import { closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import {
  databaseDamaged,
  databaseFull,
  databaseLocked,
  databaseUnfinished,
  databaseUnusable,
} from "../error/catalogue/home.ts";
import { isSystemError, MonoError, reasonOf } from "../error/mono-error.ts";
import { migrate, readRows, type Row, type Selection } from "./schema.ts";

/**
 * Milliseconds to wait for the transaction of another process. On a busy machine the last of sixty-four processes that
 * open a new file at once, and write to it, has waited half of this. The wait is synchronous: a signal is seen only
 * after it.
 */
const busyTimeoutMs = 20_000;

/** All rows as they are now, or the one that is asked for. Throws a MonoError that names the file. */
type Read = (only?: Selection) => readonly Row[];

/**
 * Returns a function that reads the database, always over one connection: opening a file takes four times as long as
 * reading it.
 * There are no rows when there is no file, since reading must not make one.
 */
export function createReader(file: string): Read {
  let open: { readonly database: Database; readonly identity: string } | undefined;
  const close = () => {
    open?.database.close();
    open = undefined;
  };
  return (only) => {
    try {
      const identity = findIdentity(file);
      // Somebody has removed it, or put another in its place.
      if (open !== undefined && open.identity !== identity) close();
      if (identity === undefined) return [];
      open ??= { database: connect(file, constants.SQLITE_OPEN_READONLY), identity };
      return readRows(open.database, file, only);
    } catch (error) {
      close();
      if (!isSqliteError(error, "SQLITE_READONLY_ROLLBACK")) throw databaseError(file, error);
      return readAfterRollback(file, only);
    }
  };
}

/** Opens the database, making and migrating it as needed. Throws a MonoError that names the file. */
export function openDatabase(file: string): Database {
  let database: Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Made here and not by SQLite, for the mode.
    if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
    database = connect(file, constants.SQLITE_OPEN_READWRITE);
    database.run("PRAGMA synchronous = FULL");
    // On a Mac fsync alone leaves a commit in the drive's own memory. Other systems do not know this, and ignore it.
    database.run("PRAGMA fullfsync = 1");
    migrate(database, file);
    return database;
  } catch (error) {
    database?.close();
    throw databaseError(file, error);
  }
}

/** What went wrong with the file, and what the user can do. */
export function databaseError(file: string, error: unknown): Error {
  if (error instanceof MonoError) return error;
  if (isSqliteError(error, "SQLITE_BUSY")) {
    return databaseLocked({ file }, { cause: error });
  }
  const why = { file, reason: reasonOf(error) };
  if (isSqliteError(error, "SQLITE_NOTADB") || isSqliteError(error, "SQLITE_CORRUPT"))
    return databaseDamaged(why, { cause: error });
  if (isSqliteError(error, "SQLITE_FULL") || isSystemError(error, "ENOSPC"))
    return databaseFull(why, { cause: error });
  return databaseUnusable(why, { cause: error });
}

/** True for an SQLite error with this code, or with a more specific one: SQLITE_BUSY_RECOVERY is a SQLITE_BUSY. */
export function isSqliteError(error: unknown, code: string): boolean {
  return error instanceof SQLiteError && error.code?.startsWith(code) === true;
}

/**
 * Tells a file from another one at the same path; undefined when there is none. Throws when that cannot be known: an
 * unreadable home is not an empty one.
 */
function findIdentity(file: string): string | undefined {
  try {
    const { dev, ino } = statSync(file);
    return `${dev}:${ino}`;
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

function connect(file: string, flags: number): Database {
  const database = new Database(file, flags);
  database.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  return database;
}

/** A connection that may write rolls the journal back before its first read. */
function readAfterRollback(file: string, only: Selection | undefined): readonly Row[] {
  try {
    using database = connect(file, constants.SQLITE_OPEN_READWRITE);
    return readRows(database, file, only);
  } catch (error) {
    if (error instanceof MonoError || isSqliteError(error, "SQLITE_BUSY")) throw databaseError(file, error);
    throw databaseUnfinished({ file, reason: reasonOf(error) }, { cause: error });
  }
}
