/** What a run prints, read while it is written: from the parts into which the collector writes it. */
import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, dirname } from "node:path";
import { unlessMissing } from "../../error/unless-missing.ts";
import { endFileOf, partBytes, partOf } from "./parts.ts";

const chunkBytes = 1_048_576;
const lineFeed = 0x0a;
const nothing: Uint8Array = new Uint8Array(0);

export interface RunOutput {
  /** What has come since the last call; empty when nothing has. A call that finds nothing costs two system calls. */
  read(): Uint8Array;
  /** True once all that is kept of the run has been read, and nothing follows. */
  readonly isComplete: boolean;
  close(): void;
}

interface RunOutputOptions {
  /** Begin with what is still there, and take what is gone already for granted. */
  readonly isLate: boolean;
  /** Called with the bytes that were removed before they were read: reading continues with the oldest that are left. */
  readonly onLoss: (bytes: number) => void;
}

/** Any number of readers read the same parts, and neither the collector nor another reader notices. */
export function openRunOutput(output: string, { isLate, onLoss }: RunOutputOptions): RunOutput {
  let part = isLate ? (nextPart(output, 1) ?? 1) : 1;
  // Parts begin anywhere in a line: after a gap, what is left of one is left out.
  let skips: "nothing" | "to the line's end" | "the line" = part > 1 ? "the line" : "nothing";
  let position = 0;
  let descriptor: number | undefined;
  let isComplete = false;
  const buffer = Buffer.alloc(chunkBytes);

  /** Opens the part, or the oldest one after it that is still there; undefined when there is none yet. */
  const open = (): number | undefined => {
    for (;;) {
      const opened = unlessMissing(() => openSync(partOf(output, part), "r"));
      if (opened !== undefined) return opened;
      const next = nextPart(output, part);
      if (next === undefined) return undefined;
      if (next > part) {
        onLoss((next - part) * partBytes);
        skips = "to the line's end";
      }
      part = next;
    }
  };
  /** A copy: the caller may keep it while the next chunk is read. */
  const withoutSkipped = (bytes: Uint8Array): Uint8Array => {
    if (skips === "nothing") return Uint8Array.from(bytes);
    const end = bytes.indexOf(lineFeed);
    if (end < 0) return nothing;
    const from = skips === "the line" ? end + 1 : end;
    skips = "nothing";
    // Not by `slice`, which of a Buffer gives no copy.
    return Uint8Array.from(bytes.subarray(from));
  };
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    read() {
      // Asked before reading: what came before the end is there then.
      const hasEnded = isComplete || existsSync(endFileOf(output));
      for (;;) {
        descriptor ??= open();
        const count = descriptor === undefined ? 0 : readSync(descriptor, buffer);
        position += count;
        if (count > 0) {
          const bytes = withoutSkipped(buffer.subarray(0, count));
          if (bytes.length > 0) return bytes;
          continue;
        }
        if (descriptor === undefined || position < partBytes) {
          isComplete = hasEnded;
          return nothing;
        }
        close();
        part++;
        position = 0;
      }
    },
    get isComplete() {
      return isComplete;
    },
    close,
  };
}

/** The lowest number of a part, from `first` on, that is there. */
function nextPart(output: string, first: number): number | undefined {
  const start = `${basename(output)}.`;
  const numbers = namesIn(dirname(output))
    .filter((name) => name.startsWith(start))
    .map((name) => Number(name.slice(start.length)))
    .filter((number) => number >= first);
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}

/** Empty when the folder is gone, with its environment. */
function namesIn(folder: string): readonly string[] {
  return unlessMissing(() => readdirSync(folder)) ?? [];
}
