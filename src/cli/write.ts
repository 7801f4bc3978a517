import { write as writeCallback, writeSync } from "node:fs";
import { promisify } from "node:util";
import { isSystemError } from "../error/mono-error.ts";

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

/**
 * As `write`, for as long as the reader takes: what else happens in mono is not kept waiting. Returns false when the
 * reader has gone.
 */
export async function writeAsRead(descriptor: number, bytes: Uint8Array): Promise<boolean> {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      const { bytesWritten } = await writeOnce(descriptor, rest);
      rest = rest.subarray(bytesWritten);
    } catch (error) {
      if (isSystemError(error, "EAGAIN")) await Bun.sleep(1);
      else if (isSystemError(error, "EPIPE") || isSystemError(error, "EIO")) return false;
      else throw error;
    }
  }
  return true;
}

const writeOnce = promisify(writeCallback);
