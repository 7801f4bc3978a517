import { write as writeAsync, writeSync } from "node:fs";
import { isSystemError } from "../../error/mono-error.ts";

export const standardInput = 0;
export const standardOutput = 1;
export const standardError = 2;

/**
 * Writes all of it to a descriptor, at once. Not by `process.stdout`, whose first use costs 10 ms at start. A reader
 * that has gone (`| head`, a closed terminal) is no error: what it does not want is dropped. Nothing that happens to
 * the narration on standard error may stop the work that it tells of. Returns false when the reader has gone.
 */
export function write(descriptor: number, text: string | Uint8Array): boolean {
  let rest = typeof text === "string" ? Buffer.from(text) : text;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      // A terminal or pipe that somebody made non-blocking is full for a moment.
      if (isSystemError(error, "EAGAIN")) Bun.sleepSync(1);
      else if (isSystemError(error, "EPIPE") || isSystemError(error, "EIO") || descriptor === standardError)
        return false;
      else throw error;
    }
  }
  return true;
}

/** The same, by another thread: a reader that does not read keeps nobody from anything else meanwhile. */
export async function writeSoon(descriptor: number, text: string | Uint8Array): Promise<boolean> {
  let rest = typeof text === "string" ? Buffer.from(text) : text;
  while (rest.length > 0) {
    const piece = rest;
    const written = await new Promise<number | Error>((resolve) => {
      writeAsync(descriptor, piece, (error, bytes) => resolve(error ?? bytes));
    });
    if (typeof written === "number") rest = rest.subarray(written);
    else if (isSystemError(written, "EAGAIN")) await Bun.sleep(1);
    else if (isSystemError(written, "EPIPE") || isSystemError(written, "EIO")) return false;
    else throw written;
  }
  return true;
}
