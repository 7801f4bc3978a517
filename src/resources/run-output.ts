/** What a run prints, read while it is written: from the files into which tmux pipes its pane. */
import { closeSync, existsSync, openSync, readdirSync, readSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { outputLost } from "../error/catalogue/scripts.ts";
import { unlessMissing } from "../error/unless-missing.ts";
import { heldBack } from "../process/end-marker.ts";
import { endMark } from "./run-wrapper.ts";

const chunkBytes = 1_048_576;

export interface RunOutput {
  /** What has come since the last call; empty when nothing has. */
  read(): Uint8Array;
  /** True once all that the run has printed has been read. */
  readonly isComplete: boolean;
  close(): void;
}

/** Who reads: what the collector may remove, and what happens when it has. */
interface Reader {
  /** Called with the number of each part before it is read. */
  readonly onPart: (part: number) => void;
  /** Called when a part is gone that was to be read; gives the one to go on with. */
  readonly onLoss: () => number;
}

/**
 * Follows the run from its beginning. The collector keeps what `<output>.read` says is not read yet, while its reader
 * lives, which is this process: `pid`.
 */
export function followRunOutput(output: string, token: string, pid: number): RunOutput {
  return openRunOutput(output, token, 1, {
    onPart(part) {
      writeFileSync(`${output}.read.new`, `${part} ${pid}\n`, { mode: 0o600 });
      renameSync(`${output}.read.new`, `${output}.read`);
    },
    onLoss() {
      throw outputLost({});
    },
  });
}

/** Reads what is still there of the run, and what comes, unknown to its followers; `onLoss` when some was missed. */
export function watchRunOutput(output: string, token: string, onLoss: () => void): RunOutput {
  return openRunOutput(output, token, oldestPart(output), {
    onPart() {},
    onLoss() {
      onLoss();
      return oldestPart(output);
    },
  });
}

function openRunOutput(output: string, token: string, first: number, reader: Reader): RunOutput {
  const mark = Buffer.from(endMark(token));
  const parts = openParts(output, first, reader);
  let held: Uint8Array = Buffer.alloc(0);
  let isComplete = false;
  return {
    read() {
      if (isComplete) return Buffer.alloc(0);
      const all = Buffer.concat([held, parts.read()]);
      const end = all.indexOf(mark);
      isComplete = end >= 0;
      // A mark may come in two pieces: what could be its beginning waits for the rest.
      const safe = isComplete ? end : all.length - heldBack(all, mark);
      held = all.subarray(safe);
      return all.subarray(0, safe);
    },
    get isComplete() {
      return isComplete;
    },
    close: () => parts.close(),
  };
}

/** The parts as one stream. */
function openParts(output: string, first: number, { onLoss, onPart }: Reader) {
  let part = first;
  let descriptor: number | undefined;
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  onPart(part);
  return {
    read(): Buffer {
      for (;;) {
        descriptor ??= tryOpen(`${output}.${part}`);
        if (descriptor === undefined) {
          const there = partsOf(output);
          // The first one comes with the run's first output; all go when the next run takes its place.
          if (there.length === 0 || there.includes(part)) return Buffer.alloc(0);
          part = onLoss();
          continue;
        }
        // Asked before reading: a part is finished before the next one is begun, and may be the only one of both to be kept.
        const isFinished =
          existsSync(`${output}.${part + 1}`) || partsOf(output).some((other) => other > part);
        const bytes = readChunk(descriptor);
        if (bytes.length > 0 || !isFinished) return bytes;
        close();
        part++;
        onPart(part);
      }
    },
    close,
  };
}

/** The number of the first part that is there; 1 before the first one is. */
function oldestPart(output: string): number {
  const there = partsOf(output);
  return there.length === 0 ? 1 : Math.min(...there);
}

/** The numbers of the parts that are there. */
function partsOf(output: string): readonly number[] {
  const start = `${basename(output)}.`;
  return namesIn(dirname(output))
    .filter((name) => name.startsWith(start))
    .map((name) => Number(name.slice(start.length)))
    .filter((number) => number > 0);
}

/** None when the folder is gone, with its environment. */
function namesIn(folder: string): readonly string[] {
  return unlessMissing(() => readdirSync(folder)) ?? [];
}

function tryOpen(file: string): number | undefined {
  return unlessMissing(() => openSync(file, "r"));
}

function readChunk(descriptor: number): Buffer {
  const buffer = Buffer.alloc(chunkBytes);
  return buffer.subarray(0, readSync(descriptor, buffer));
}
