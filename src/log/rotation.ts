/**
 * Rotation of a log that many processes append to.
 *
 * Only the holder of the lock renames, and it looks at the size again once it has the lock. Nobody waits for the lock:
 * a process that does not get it appends to what is there. Those who still have the renamed file open finish their line in it,
 * and find the new one with their next.
 */
import { Database, SQLiteError } from "bun:sqlite";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

const rotateAtBytes = 10 * 1024 * 1024;
const keptFiles = 3;

export interface RotatedFile {
  readonly file: string;
  /** An empty file whose lock makes one process rotate at a time; the system frees it when its holder dies. */
  readonly lockFile: string;
}

/** Renames the file when it is full, unless another process is doing so. */
export function rotateWhenFull({ file, lockFile }: RotatedFile): void {
  if (!isFull(file)) return;
  mkdirSync(dirname(lockFile), { recursive: true, mode: 0o700 });
  // Made here and not by SQLite, for the mode.
  closeSync(openSync(lockFile, "a", 0o600));
  using lock = new Database(lockFile);
  lock.run("PRAGMA busy_timeout = 0");
  if (isTaken(lock) || !isFull(file)) return;
  // Up to the first number that is free: one is when a rotation was cut short, and then no file need go.
  let number = 1;
  while (number < keptFiles && existsSync(`${file}.${number}`)) number++;
  for (; number > 1; number--) renameSync(`${file}.${number - 1}`, `${file}.${number}`);
  renameSync(file, `${file}.1`);
}

function isFull(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) >= rotateAtBytes;
}

/** False once this process has the lock; closing the database frees it. */
function isTaken(lock: Database): boolean {
  try {
    lock.run("BEGIN EXCLUSIVE");
    return false;
  } catch (error) {
    if (error instanceof SQLiteError && error.code === "SQLITE_BUSY") return true;
    throw error;
  }
}
