import { mkdirSync } from "node:fs";
import { lockFileOf } from "../environment/paths.ts";
import { MonoError, reasonOf } from "../error/mono-error.ts";
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

interface ExclusiveOptions {
  readonly command: "init" | "destroy" | "run";
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
  const narrator = createNarrator(context.log, context.audience, name);
  narrator.note(`mono ${command} ${path}`);
  try {
    ensureHome(context.home.home);
    const lock = await acquireLock({
      file: lockFileOf(context.home, path),
      command: `mono ${command}`,
      pid: context.pid,
      waitMs,
      onWait: (holder) => narrator.warn(`waiting for another mono: ${holder}`),
      interruption: context.interruption,
    });
    try {
      return await operate({ context, narrator, lock });
    } finally {
      lock.release();
    }
  } catch (error) {
    logFailure(narrator, error);
    throw error;
  }
}

function ensureHome(home: string): void {
  try {
    effect("making the home folder", () => mkdirSync(home, { recursive: true, mode: 0o700 }));
  } catch (error) {
    throw new MonoError(`cannot make mono's home folder ${home}: ${reasonOf(error)}`, {
      hint: "make it writable, or name another one in MONO_HOME",
      cause: error,
    });
  }
}

/** A defect is logged where it is shown, with its stack. */
function logFailure(narrator: Narrator, error: unknown): void {
  if (!(error instanceof MonoError)) return;
  narrator.note(`failed: ${error.message}`);
  for (const line of error.details) narrator.note(`  ${line}`);
}
