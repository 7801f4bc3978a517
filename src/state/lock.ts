/**
 * The lock of one environment: one mono at a time works on it.
 *
 * `BEGIN EXCLUSIVE` on an empty SQLite file, which the system frees when its holder dies, even while children of it
 * live on. The file is never removed, since a lock on a removed file excludes nobody. Beside it, `<file>.holder`
 * says who holds it and which process groups it has started: whoever takes the lock of a dead holder ends those
 * first, and waits for their end, so that an orphaned `compose up` cannot make anything behind our back.
 */
import { Database, SQLiteError } from "bun:sqlite";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isSystemError, MonoError } from "../error/mono-error.ts";
import { endGraceMs } from "../process/child.ts";
import { endOrphans, type ProcessGroup } from "../process/groups.ts";
import { type Interruption, throwIfInterrupted } from "../process/interruption.ts";

/** Who holds a lock, as its holder wrote it down. */
interface Holder {
  readonly pid: number;
  readonly command: string;
  readonly since: string;
  readonly groups: readonly ProcessGroup[];
}

export interface Lock {
  /** Writes down a process group that is about to work under this lock. */
  readonly record: (group: ProcessGroup) => void;
  /** Ends what still runs of the recorded groups: background children of scripts, for one. */
  readonly endRecorded: () => Promise<void>;
  readonly release: () => void;
}

interface LockRequest {
  readonly file: string;
  /** The command that takes it, for whoever has to wait: `mono init`. */
  readonly command: string;
  /** This process, for the same reason. */
  readonly pid: number;
  /** Milliseconds to wait before giving up; undefined waits as long as it takes. */
  readonly waitMs: number | undefined;
  /** Called once if somebody else holds it. */
  readonly onWait: (holder: string) => void;
  readonly interruption: Interruption;
}

const retryEveryMs = 20;

/** Takes the lock, and ends what a dead holder has left running. Throws `held` when the time is over. */
export async function acquireLock(request: LockRequest): Promise<Lock> {
  mkdirSync(dirname(request.file), { recursive: true, mode: 0o700 });
  // Made here and not by SQLite, for the mode.
  closeSync(openSync(request.file, "a", 0o600));
  const database = new Database(request.file);
  database.run("PRAGMA busy_timeout = 0");
  try {
    await waitForLock(database, request);
    await endOrphans(readHolder(request.file)?.groups ?? [], endGraceMs);
  } catch (error) {
    database.close();
    throw error;
  }
  return holdLock(database, request);
}

async function waitForLock(database: Database, request: LockRequest): Promise<void> {
  const deadline = request.waitMs === undefined ? Infinity : performance.now() + request.waitMs;
  for (let isFirst = true; !tryLock(database); isFirst = false) {
    throwIfInterrupted(request.interruption);
    const holder = describeHolder(readHolder(request.file));
    if (isFirst) request.onWait(holder);
    if (performance.now() >= deadline) {
      throw new MonoError(`another mono works on this environment: ${holder}`, {
        code: "held",
        hint: "wait for its end, then try again",
      });
    }
    await Bun.sleep(retryEveryMs);
  }
}

/** True if some mono holds the lock now. Takes and frees it for an instant; makes no file. */
export function isLockHeld(file: string): boolean {
  let database: Database;
  try {
    database = new Database(file, { readwrite: true, create: false });
  } catch (error) {
    if (error instanceof SQLiteError && error.code === "SQLITE_CANTOPEN") return false;
    throw error;
  }
  using lock = database;
  lock.run("PRAGMA busy_timeout = 0");
  return !tryLock(lock);
}

function tryLock(database: Database): boolean {
  try {
    database.run("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof SQLiteError && error.code === "SQLITE_BUSY") return false;
    throw error;
  }
}

function holdLock(database: Database, { file, command, pid }: LockRequest): Lock {
  let holder: Holder = { pid, command, since: new Date().toISOString(), groups: [] };
  writeHolder(file, holder);
  return {
    record(group) {
      holder = { ...holder, groups: [...holder.groups, group] };
      writeHolder(file, holder);
    },
    endRecorded: () => endOrphans(holder.groups, endGraceMs),
    release() {
      rmSync(holderFile(file), { force: true });
      database.close();
    },
  };
}

function holderFile(file: string): string {
  return `${file}.holder`;
}

function writeHolder(file: string, holder: Holder): void {
  const temporary = `${holderFile(file)}.new`;
  writeFileSync(temporary, JSON.stringify(holder), { mode: 0o600 });
  renameSync(temporary, holderFile(file));
}

function readHolder(file: string): Holder | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above, replaced as a whole
    return JSON.parse(readFileSync(holderFile(file), "utf8")) as Holder;
  } catch (error) {
    // A power cut can leave an empty file; none of the groups has outlived it either.
    if (isSystemError(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function describeHolder(holder: Holder | undefined): string {
  return holder === undefined
    ? "one that has just begun"
    : `${holder.command} (pid ${holder.pid}, since ${holder.since})`;
}
