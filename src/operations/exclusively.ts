import { mkdirSync, type Stats, statSync } from "node:fs";
import { userInfo } from "node:os";
import { lockFileOf } from "../environment/paths.ts";
import { homeForeign, homeNotWritable, homeOpen } from "../error/catalogue/home.ts";
import { isDiskFull, isInterruption, MonoError, reasonOf } from "../error/mono-error.ts";
import { createNarrator, type Narrator } from "../log/narrator.ts";
import { effect } from "../process/effects.ts";
import { acquireLock, type Lock } from "../state/lock.ts";
import type { Context } from "./context.ts";

/** An operation that holds the lock of the environment it works on. */
export interface Operation {
  readonly context: Context;
  readonly narrator: Narrator;
  readonly lock: Lock;
}

/** How long a command waits for another mono that works on the environment, in milliseconds; destroy waits to the end. */
export const shortWaitMs = 1000;

interface ExclusiveOptions {
  readonly command: "init" | "destroy" | "run" | "attach";
  /** The real path of the workspace: the lock's. */
  readonly path: string;
  /** The environment's name, for the log. */
  readonly name: string;
  /** Milliseconds to wait for another mono; undefined as long as it takes. */
  readonly waitMs: number | undefined;
}

/** Runs an operation under the environment's lock, and logs its beginning and its failure. */
export async function exclusively<T>(
  context: Context,
  { command, path, name, waitMs }: ExclusiveOptions,
  operate: (operation: Operation) => Promise<T>,
): Promise<T> {
  requireSafeHome(context.home.home);
  const narrator = createNarrator(context.log, context.audience, name);
  narrator.note(`mono ${command} ${path}`);
  try {
    const lock = await takeLock(context, narrator, { command, path, name, waitMs });
    let isCutShort = false;
    try {
      return await operate({ context, narrator, lock });
    } catch (error) {
      isCutShort = isInterruption(error);
      throw error;
    } finally {
      // A signal may have cut docker compose short: the next command has to know, unless all was undone.
      if (isCutShort && context.environments.findByPath(path) !== undefined) lock.abandon();
      else lock.release();
    }
  } catch (error) {
    // Whatever mono writes is below its home; SQLite's own SQLITE_FULL is told by the database.
    const told = isDiskFull(error) ? homeError(context, error) : error;
    logFailure(narrator, told);
    throw told;
  }
}

async function takeLock(
  context: Context,
  narrator: Narrator,
  { command, path, waitMs }: ExclusiveOptions,
): Promise<Lock> {
  try {
    effect("making the home folder", () => mkdirSync(context.home.home, { recursive: true, mode: 0o700 }));
    const request = {
      file: lockFileOf(context.home, path),
      command: `mono ${command}`,
      pid: context.pid,
      needsNoRecord: command === "destroy",
      // Every script and every docker command has it.
      carried: { variable: "MONO_ENV_PATH", value: path },
      waitMs,
      onWait: (holder: string) => narrator.warn(`waiting for another mono: ${holder}`),
      interruption: context.interruption,
    };
    return await narrator.during("waiting for the end of another mono's work", () => acquireLock(request));
  } catch (error) {
    // What the system or SQLite has against the lock's files.
    const isRefused = !(error instanceof MonoError) && error instanceof Error && "code" in error;
    throw isRefused ? homeError(context, error) : error;
  }
}

/**
 * Throws when somebody else could put their scripts and compose files in the place of mono's: the home folder is another
 * user's, or everybody may write in it. Root works for others, and may use theirs.
 */
function requireSafeHome(home: string): void {
  const found = findFolder(home);
  if (found === undefined) return;
  const isForeign = found.uid !== userInfo().uid && userInfo().uid !== 0;
  if (!isForeign && (found.mode & 0o002) === 0) return;
  throw isForeign ? homeForeign({ home }) : homeOpen({ home });
}

/** Undefined when it cannot be looked at: making it says why. */
function findFolder(folder: string): Stats | undefined {
  try {
    return statSync(folder);
  } catch {
    return undefined;
  }
}

function homeError({ home: { home } }: Context, error: unknown): MonoError {
  return homeNotWritable({ home, reason: reasonOf(error) }, { cause: error });
}

/** A defect is logged where it is shown, with its stack. */
function logFailure(narrator: Narrator, error: unknown): void {
  if (!(error instanceof MonoError)) return;
  narrator.note(`failed (${error.id}): ${error.message}`);
  for (const line of error.details) narrator.note(`  ${line}`);
}
