import type { Environment } from "../environment/environment.ts";
import { readerGone, runEndedWithSession } from "../error/catalogue/scripts.ts";
import { exitCodeOf } from "../error/mono-error.ts";
import { asInterruptedError, whileUndoing } from "../process/interruption.ts";
import type { RunOwner } from "../resources/owner.ts";
import { endRun } from "../resources/run/end.ts";
import { openRunOutput, type RunOutput } from "../resources/run/output.ts";
import { createRunToken, groupOfRun, outputOf } from "../resources/run/record.ts";
import { type RunState, watchRun } from "../resources/run/watch.ts";
import { withBackstop } from "./backstop.ts";
import type { Context } from "./context.ts";
import { lossOf } from "./log-sources.ts";
import { runOwnerOf } from "./owner.ts";
import { run, type RunCommandOptions } from "./run.ts";
import { requireEnvironment } from "./workspace.ts";

const lookEveryMs = 50;
/** Milliseconds within which a run that was about to start when mono was killed will have begun. */
const lateStartMs = 2000;
/** Milliseconds in which a run's last words are passed on after mono has ended it: nobody may be reading. */
const lastWordsMs = 1000;
/** As if SIGTERM had ended it, which is what has. */
const replacedStatus = 143;
/** The exit code of a command that SIGINT has interrupted. */
const interruptedByKeyboard = 130;

interface FollowOptions extends Omit<RunCommandOptions, "token"> {
  /** Called once the script has started. */
  readonly onStart: (environment: Environment) => void;
  /** Takes what the script prints, as fast as it is read; false when nobody reads it any more. */
  readonly onOutput: (bytes: Uint8Array) => Promise<boolean>;
}

/**
 * Starts the run script, passes its output on as it comes, and returns its exit status. A signal ends that run, and
 * no later one; so does the end of the output's reader. Undefined when there is no run script to start.
 */
export async function follow(
  context: Context,
  path: string,
  options: FollowOptions,
): Promise<number | undefined> {
  const token = createRunToken();
  const { path: stored } = requireEnvironment(context, path);
  return await withBackstop(context, ["run", "--end", token, stored], async () => {
    const { force, isAtTerminal, withoutScript } = options;
    const { environment, isRun } = await run(context, path, { token, force, isAtTerminal, withoutScript });
    options.onStart(environment);
    if (!isRun) return undefined;
    return await followRun(context, environment, token, options.onOutput);
  });
}

/**
 * Ends the run that a killed `mono run --follow` has left. It may be on its way still. `orphaned` resolves when that mono
 * has died: as long as it lives, it ends its run itself.
 */
export async function endFollowedRun(
  context: Context,
  path: string,
  { token, orphaned }: { readonly token: string; readonly orphaned: Promise<void> },
): Promise<void> {
  const owner = runOwnerOf(context, requireEnvironment(context, path));
  await orphaned;
  const deadline = performance.now() + lateStartMs;
  do {
    // Nobody is left who could be told.
    await endRun(owner, token, { warn() {} });
    if (groupOfRun(owner.paths, token) !== undefined) return;
    await Bun.sleep(lookEveryMs);
  } while (performance.now() < deadline);
}

/** A signal is heard also while nobody reads, and what the script prints while it ends is passed on. */
async function followRun(
  context: Context,
  environment: Environment,
  token: string,
  onOutput: FollowOptions["onOutput"],
): Promise<number> {
  const owner = runOwnerOf(context, environment);
  const warn = (text: string) => context.audience.warning(text);
  const { first } = context.interruption;
  const interrupted = Promise.withResolvers<"interrupted">();
  const onSignal = () => interrupted.resolve("interrupted");
  first.addEventListener("abort", onSignal);
  if (first.aborted) onSignal();
  const output = openRunOutput(outputOf(owner.paths, token), {
    isLate: false,
    onLoss: (bytes) => warn(lossOf(bytes)),
  });
  const end = (signal: "SIGINT" | "SIGTERM") =>
    endRun({ ...owner, interruption: whileUndoing(context.interruption) }, token, { signal, warn });
  const passedOn = passOn({ owner, token, output, onOutput, warn });
  // Awaited below, whatever else happens first.
  passedOn.catch(() => {});
  try {
    const state = await Promise.race([passedOn, interrupted.promise]);
    if (state !== "interrupted") return exitStatusOf(state, environment);
  } catch (error) {
    await end("SIGTERM");
    throw error;
  } finally {
    first.removeEventListener("abort", onSignal);
  }
  const reason = asInterruptedError(first.reason);
  await end(exitCodeOf(reason) === interruptedByKeyboard ? "SIGINT" : "SIGTERM");
  await Promise.race([passedOn.catch(() => {}), Bun.sleep(lastWordsMs)]);
  throw reason;
}

interface PassOnOptions {
  readonly owner: RunOwner;
  readonly token: string;
  readonly output: RunOutput;
  readonly onOutput: FollowOptions["onOutput"];
  readonly warn: (text: string) => void;
}

/** Passes the output on to its end; returns how the run has ended. */
async function passOn({ owner, token, output, onOutput, warn }: PassOnOptions): Promise<RunState> {
  const watch = watchRun(owner, token);
  let isCutOff = false;
  for (;;) {
    const bytes = output.read();
    if (bytes.length > 0) {
      if (!(await onOutput(bytes))) throw readerGone({});
      continue;
    }
    const state = await watch.look(output.isComplete);
    if (state.isOver) {
      output.close();
      return state;
    }
    if (state.isCutOff && !isCutOff) {
      isCutOff = true;
      warn(
        "the rest of the output goes elsewhere (tmux pipe-pane, or a full disk): waiting for the run's end",
      );
    }
    await Bun.sleep(lookEveryMs);
  }
}

function exitStatusOf({ status, isReplaced }: RunState, { name }: Environment): number {
  if (status !== undefined) return status;
  if (isReplaced) return replacedStatus;
  throw runEndedWithSession({ environment: name });
}
