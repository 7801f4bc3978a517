import type { Environment } from "../environment/environment.ts";
import { readerGone, runEndedWithSession } from "../error/catalogue/scripts.ts";
import { type Interruption, throwIfInterrupted, whileUndoing } from "../process/interruption.ts";
import type { RunOwner } from "../resources/owner.ts";
import { createRunToken } from "../resources/run.ts";
import { endRun } from "../resources/run-end.ts";
import { followRunOutput } from "../resources/run-output.ts";
import { groupOfRun, isRunOver, lastRun, outputOf, statusOfRun } from "../resources/run-record.ts";
import { withBackstop } from "./backstop.ts";
import type { Context } from "./context.ts";
import { runOwnerOf } from "./owner.ts";
import { run } from "./run.ts";
import { requireEnvironment } from "./workspace.ts";

const lookEveryMs = 20;
/** Milliseconds after which output that belongs to an ended run does not come any more. */
const quietMs = 1000;
/** Milliseconds in which a run that was on its way when mono was killed has begun. */
const lateStartMs = 2000;
/** As if SIGTERM had ended it, which is what has. */
const replacedStatus = 143;

interface FollowOptions {
  readonly force: boolean;
  /** Called once the script has started. */
  readonly onStart: (environment: Environment) => void;
  /** Takes what the script prints, as fast as it is read; false when nobody reads it any more. */
  readonly onOutput: (bytes: Uint8Array) => Promise<boolean>;
}

/**
 * Starts the run script, passes its output on as it comes, and returns its exit status. A signal ends that run, and
 * no later one; so does the end of whoever reads the output.
 */
export async function follow(context: Context, path: string, options: FollowOptions): Promise<number> {
  const token = createRunToken();
  const { path: stored } = requireEnvironment(context, path);
  return await withBackstop(context, ["run", "--end", token, stored], async () => {
    const environment = await run(context, path, { token, force: options.force });
    options.onStart(environment);
    const owner = runOwnerOf(context, environment);
    try {
      return await followRun(owner, token, options.onOutput);
    } catch (error) {
      await endRun({ ...owner, interruption: whileUndoing(context.interruption) }, token);
      throw error;
    }
  });
}

/** Ends the run that a killed `mono run --follow` has left. It may be on its way still. */
export async function endFollowedRun(context: Context, path: string, token: string): Promise<void> {
  const owner = runOwnerOf(context, requireEnvironment(context, path));
  const deadline = performance.now() + lateStartMs;
  do {
    await endRun(owner, token);
    if (groupOfRun(owner.paths, token) !== undefined) return;
    await Bun.sleep(lookEveryMs);
  } while (performance.now() < deadline);
}

async function followRun(
  owner: RunOwner,
  token: string,
  onOutput: FollowOptions["onOutput"],
): Promise<number> {
  const output = followRunOutput(outputOf(owner.paths, token), token, owner.pid);
  try {
    let lastSeen = performance.now();
    while (!output.isComplete) {
      throwIfInterrupted(owner.interruption);
      const bytes = output.read();
      if (bytes.length > 0) {
        await passOn(bytes, onOutput, owner.interruption);
        lastSeen = performance.now();
      } else if (isOver(owner, token) && performance.now() - lastSeen > quietMs) break;
      else if (!output.isComplete) await Bun.sleep(lookEveryMs);
    }
  } finally {
    output.close();
  }
  return exitStatusOf(owner, token);
}

/** A signal is heard also while nobody reads, and nobody leaves. */
async function passOn(
  bytes: Uint8Array,
  onOutput: FollowOptions["onOutput"],
  interruption: Interruption,
): Promise<void> {
  const interrupted = Promise.withResolvers<true>();
  const onSignal = () => interrupted.resolve(true);
  interruption.first.addEventListener("abort", onSignal);
  const isRead = await Promise.race([onOutput(bytes), interrupted.promise]);
  interruption.first.removeEventListener("abort", onSignal);
  throwIfInterrupted(interruption);
  if (isRead) return;
  throw readerGone({});
}

/** The run has ended, or its session has, or another run has taken its place. */
function isOver({ paths }: RunOwner, token: string): boolean {
  return groupOfRun(paths, token) === undefined || isRunOver(paths, token);
}

function exitStatusOf({ environment, paths }: RunOwner, token: string): number {
  const status = statusOfRun(paths, token);
  if (status !== undefined) return status;
  const last = lastRun(paths);
  if (last !== undefined && last !== token) return replacedStatus;
  throw runEndedWithSession({ environment: environment.name });
}
