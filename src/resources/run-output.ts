/** What a run prints, read while it is written: from the file into which tmux pipes its pane. */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { isSystemError } from "../error/mono-error.ts";
import { endMark } from "./run-wrapper.ts";

const chunkBytes = 1_048_576;

export interface RunOutput {
  /** What has come since the last call; empty when nothing has. */
  read(): Uint8Array;
  /** True once all that the run has printed has been read. */
  readonly isComplete: boolean;
  close(): void;
}

/** Reads from the beginning of the run, through the change of files when one is full. */
export function openRunOutput(file: string, token: string): RunOutput {
  const mark = Buffer.from(endMark(token));
  let descriptor: number | undefined;
  let held: Uint8Array = Buffer.alloc(0);
  let isComplete = false;
  return {
    read() {
      descriptor ??= tryOpen(file);
      if (descriptor === undefined || isComplete) return Buffer.alloc(0);
      const bytes = readChunk(descriptor);
      if (bytes.length === 0 && isReplaced(file, descriptor)) {
        closeSync(descriptor);
        descriptor = undefined;
        return Buffer.alloc(0);
      }
      const all = Buffer.concat([held, bytes]);
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
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
    },
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

/** True when the collector has begun a new file. */
function isReplaced(file: string, descriptor: number): boolean {
  try {
    return statSync(file).ino !== fstatSync(descriptor).ino;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return false;
    throw error;
  }
}

/** How many bytes at the end may be the beginning of the mark. */
export function heldBack(bytes: Buffer, mark: Buffer): number {
  for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return length;
  }
  return 0;
}
