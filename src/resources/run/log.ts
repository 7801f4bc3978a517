/** What runs have printed, as lines. */
import type { EnvironmentPaths } from "../../environment/paths.ts";
import { createWholeLines, lastLinesOf, type TakeLines, type WholeLines } from "../../text/whole-lines.ts";
import { openRunOutput, type RunOutput } from "./output.ts";
import { lastRun, outputOf } from "./record.ts";

const lookEveryMs = 50;
/** Milliseconds after which no output comes any more of a run in whose place there is another one. */
const quietMs = 200;

interface RunLogOptions {
  /** The last so many lines of what is there; all when not given. */
  readonly tail: number | undefined;
  readonly take: TakeLines;
  /** Called with the bytes that were removed before they were read. */
  readonly onLoss: (bytes: number) => void;
  /** Ends the reading. */
  readonly stop: AbortSignal;
}

/** Reads what is there of the last run; false when there was none. */
export async function readRunLog(paths: EnvironmentPaths, options: RunLogOptions): Promise<boolean> {
  const token = lastRun(paths);
  if (token === undefined) return false;
  const whole = createWholeLines();
  const output = openRunOutput(outputOf(paths, token), { isLate: true, onLoss: options.onLoss });
  try {
    await catchUp(output, whole, options, () => true);
  } finally {
    output.close();
  }
  return true;
}

/** Reads the last run, what comes of it, and each run that takes its place, until it is stopped. */
export async function followRunLogs(paths: EnvironmentPaths, options: RunLogOptions): Promise<void> {
  let seen: string | undefined;
  let tail = options.tail;
  while (!options.stop.aborted) {
    const token = lastRun(paths);
    if (token !== undefined && token !== seen) await followRunLog(paths, token, { ...options, tail });
    seen = token;
    // What a run prints that begins later is all new.
    tail = undefined;
    await Bun.sleep(lookEveryMs);
  }
}

/** Returns when another run has taken its place. */
async function followRunLog(paths: EnvironmentPaths, token: string, options: RunLogOptions): Promise<void> {
  const { stop, take } = options;
  const whole = createWholeLines();
  const output = openRunOutput(outputOf(paths, token), { isLate: true, onLoss: options.onLoss });
  try {
    // A prompt without a line's end waits for the rest, unless nothing follows it.
    await catchUp(output, whole, options, () => output.isComplete);
    let readAt = performance.now();
    while (!stop.aborted) {
      const bytes = output.read();
      if (bytes.length > 0) {
        await take(whole.push(bytes));
        readAt = performance.now();
        continue;
      }
      if (lastRun(paths) !== token && performance.now() - readAt > quietMs) break;
      if (output.isComplete) await take(whole.end());
      await Bun.sleep(lookEveryMs);
    }
    await take(whole.end());
  } finally {
    output.close();
  }
}

/**
 * Reads up to where the output ends now, and passes on as much of its end as is asked for. `isEnd` says that no rest of
 * the last line follows.
 */
async function catchUp(
  output: RunOutput,
  whole: WholeLines,
  { stop, tail, take }: RunLogOptions,
  isEnd: () => boolean,
): Promise<void> {
  let last: Buffer = Buffer.alloc(0);
  const add = async (lines: Buffer) => {
    if (tail === undefined) await take(lines);
    else last = lastLinesOf(Buffer.concat([last, lines]), tail);
  };
  for (let bytes = output.read(); bytes.length > 0 && !stop.aborted; bytes = output.read()) {
    await add(whole.push(bytes));
  }
  if (isEnd()) await add(whole.end());
  await take(last);
}
