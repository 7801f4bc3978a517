/**
 * The lock of one environment: one mono at a time works on it.
 *
 * `BEGIN EXCLUSIVE` on an empty SQLite file, which the system frees when its holder dies, even while children of it
 * live on. The file is never removed, since a lock on a removed file excludes nobody. Beside it, `<file>.holder`
 * (`lock-holder.ts`) says who holds it and which process groups it has started: the process that takes the lock of a dead holder
 * ends those first, and waits for their end, so that an orphaned `compose up` cannot make anything beside ours.
 */
import { Database } from "bun:sqlite";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { environmentHeld } from "../error/catalogue/workspace.ts";
import { endGraceMs } from "../process/child.ts";
import { isDiskFull } from "../error/mono-error.ts";
import { effect, reach } from "../process/effects.ts";
import { type Carried, endOrphans, type ProcessGroup } from "../process/running/groups.ts";
import { type Interruption, throwIfInterrupted } from "../process/interruption.ts";
import { poll } from "../process/poll.ts";
import { isSqliteError } from "./database.ts";
import { describeHolder, type Holder, readHolder, removeHolder, writeHolder } from "./lock-holder.ts";

export interface Lock {
  /** True when the last holder died with it, or abandoned it: what it asked of others may still be under way. */
  readonly followsDeadHolder: boolean;
  /** The process groups that have worked under this lock. */
  readonly groups: () => readonly ProcessGroup[];
  /** Writes down a process group that is about to work under this lock. */
  readonly record: (group: ProcessGroup) => void;
  /** Ends what still runs of the recorded groups: background children of scripts, for one. */
  readonly endRecorded: (hurry: AbortSignal) => Promise<void>;
  readonly release: () => void;
  /** Frees the lock as if this process had died: what it was about is not done, and what it asked for may go on. */
  readonly abandon: () => void;
}

interface LockRequest {
  readonly file: string;
  /** The command that takes it, for a message to those who wait: `mono init`. */
  readonly command: string;
  /** This process, for the same reason. */
  readonly pid: number;
  /** What the processes carry that work under this lock. */
  readonly carried: Carried;
  /** Continues when there is no room to write down who holds the lock: removing is what makes room. */
  readonly needsNoRecord: boolean;
  /** Milliseconds to wait before giving up; undefined waits as long as it takes. */
  readonly waitMs: number | undefined;
  /** Called once if somebody else holds it for longer than a moment. */
  readonly onWait: (holder: string) => void;
  readonly interruption: Interruption;
}

const retryEveryMs = 20;
/** Milliseconds after which a wait is worth a word: `list` and a mono that has nothing to do hold a lock for less. */
const quietWaitMs = 200;

/** Takes the lock, and ends what a dead holder has left running. Throws `held` when the time is over. */
export async function acquireLock(request: LockRequest): Promise<Lock> {
  const database = openLockFile(request.file);
  try {
    await waitForLock(database, request);
    reach("after taking the lock");
    const dead = readHolder(request.file);
    await endDeadHoldersGroups(dead, request);
    return holdLock(database, request, dead !== undefined);
  } catch (error) {
    database.close();
    throw error;
  }
}

function openLockFile(file: string): Database {
  return effect("making the lock's file", () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Made here and not by SQLite, for the mode.
    closeSync(openSync(file, "a", 0o600));
    const database = new Database(file);
    database.run("PRAGMA busy_timeout = 0");
    return database;
  });
}

async function waitForLock(database: Database, request: LockRequest): Promise<void> {
  const { file, interruption, onWait, waitMs } = request;
  let isTold = false;
  const look = (waitedMs: number) => {
    if (tryLock(database)) return true;
    if (isTold || waitedMs < quietWaitMs || interruption.first.aborted) return undefined;
    isTold = true;
    onWait(describeHolder(readHolder(file)));
    return undefined;
  };
  if (await poll(look, { everyMs: retryEveryMs, deadlineMs: waitMs, stop: interruption.first })) return;
  throwIfInterrupted(interruption);
  throw environmentHeld({ holder: describeHolder(readHolder(file)) });
}

/** A signal meanwhile hurries it, and is heard after it: the groups stay written down until they have ended. */
async function endDeadHoldersGroups(
  dead: Holder | undefined,
  { carried, interruption }: LockRequest,
): Promise<void> {
  await endOrphans(dead?.groups ?? [], endGraceMs, carried, interruption.first);
  throwIfInterrupted(interruption);
}

function tryLock(database: Database): boolean {
  try {
    // Nothing is ever written to it: no journal beside it, which a killed mono would leave.
    database.run("PRAGMA journal_mode = MEMORY");
    database.run("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (isSqliteError(error, "SQLITE_BUSY")) return false;
    throw error;
  }
}

function holdLock(
  database: Database,
  { carried, file, command, needsNoRecord, pid }: LockRequest,
  followsDeadHolder: boolean,
): Lock {
  let holder: Holder = { pid, command, since: new Date().toISOString(), groups: [] };
  const writeDown = () => {
    try {
      writeHolder(file, holder);
    } catch (error) {
      if (!needsNoRecord || !isDiskFull(error)) throw error;
    }
  };
  writeDown();
  return {
    followsDeadHolder,
    groups: () => holder.groups,
    record(group) {
      const others = holder.groups.filter(
        ({ pgid, startTime }) => pgid !== group.pgid || startTime !== group.startTime,
      );
      holder = { ...holder, groups: [...others, group] };
      writeDown();
    },
    endRecorded: (hurry) => endOrphans(holder.groups, endGraceMs, carried, hurry),
    release() {
      removeHolder(file);
      database.close();
      reach("after releasing the lock");
    },
    abandon: () => database.close(),
  };
}
