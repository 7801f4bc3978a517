import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { isSystemError } from "../../error/mono-error.ts";
import { write } from "./write.ts";

/** Writes to a descriptor whose reader may not read. */
export interface PatientWriter {
  readonly write: (text: string | Uint8Array) => void;
  /** Waits until everything is written, the reader has gone, or somebody wants to wait no more. */
  readonly drain: (stop: () => boolean) => Promise<void>;
}

/** Milliseconds between two tries to write to a full pipe. */
const againMs = 10;
/** How much waits for a reader, in characters, before mono waits for it too. */
const mostWaiting = 16 * 1024 * 1024;

/**
 * A pipe that nobody reads is full at some time, and a process that writes to it then waits and hears no signal. So mono opens
 * the pipe once more, in a mode that does not wait, and keeps what does not fit. Where the system cannot do that (macOS,
 * a socket), it waits like any program.
 */
export function createPatientWriter(descriptor: number): PatientWriter {
  let own: number | undefined | "none";
  let waiting: Buffer[] = [];
  let length = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const hasMore = () => length > 0;

  function flush(): void {
    timer = undefined;
    if (typeof own !== "number") return;
    try {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        const count = writeSync(own, next);
        length -= count;
        if (count === next.length) waiting.shift();
        else waiting[0] = next.subarray(count);
      }
    } catch (error) {
      if (isSystemError(error, "EAGAIN")) {
        timer = setTimeout(flush, againMs);
        return;
      }
      // The reader has gone: what it does not want is dropped.
      waiting = [];
      length = 0;
    }
  }

  return {
    write(text) {
      own ??= openAgain(descriptor) ?? "none";
      if (own === "none") {
        write(descriptor, text);
        return;
      }
      const bytes = typeof text === "string" ? Buffer.from(text) : Buffer.from(text);
      waiting.push(bytes);
      length += bytes.length;
      if (timer === undefined) flush();
      while (length > mostWaiting) {
        Bun.sleepSync(againMs);
        flush();
      }
    },
    async drain(stop) {
      while (hasMore() && !stop()) await Bun.sleep(againMs);
      if (typeof own === "number") closeSync(own);
      own = "none";
      clearTimeout(timer);
    },
  };
}

/** Undefined where there is no need, and where it cannot be done. */
function openAgain(descriptor: number): number | undefined {
  try {
    if (!fstatSync(descriptor).isFIFO()) return undefined;
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
