/** What a run prints, read while it is written: from the files into which tmux pipes its pane. */
import { closeSync, existsSync, openSync, readSync, renameSync, writeFileSync } from "node:fs";
import { outputLost } from "../error/catalogue/scripts.ts";
import { isSystemError } from "../error/mono-error.ts";
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

/** Reads from the beginning of the run, one part after the other; `pid` is this process. */
export function openRunOutput(output: string, token: string, pid: number): RunOutput {
  const mark = Buffer.from(endMark(token));
  const parts = openParts(output, pid);
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

/** The parts as one stream. The collector keeps what `<output>.read` says is not read yet, while its reader lives. */
function openParts(output: string, pid: number) {
  let part = 1;
  let descriptor: number | undefined;
  const begin = () => {
    writeFileSync(`${output}.read.new`, `${part} ${pid}\n`, { mode: 0o600 });
    renameSync(`${output}.read.new`, `${output}.read`);
  };
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  begin();
  return {
    read(): Buffer {
      descriptor ??= tryOpen(`${output}.${part}`);
      if (descriptor === undefined) {
        if (part === 1) return Buffer.alloc(0);
        throw outputLost({});
      }
      // Asked before reading: a part is finished before the next one is begun.
      const isFinished = existsSync(`${output}.${part + 1}`);
      const bytes = readChunk(descriptor);
      if (bytes.length > 0 || !isFinished) return bytes;
      close();
      part++;
      begin();
      return bytes;
    },
    close,
  };
}

function tryOpen(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

function readChunk(descriptor: number): Buffer {
  const buffer = Buffer.alloc(chunkBytes);
  return buffer.subarray(0, readSync(descriptor, buffer));
}
