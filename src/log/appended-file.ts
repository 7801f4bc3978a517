/**
 * A file that many processes append lines to, and that may be renamed or removed at any time.
 *
 * A line is one write(2) in append mode, which local file systems do as a whole: lines of two processes never mix. Only a
 * full disk, or a kill -9, can cut one short; the next line then follows it directly.
 */
import { closeSync, constants, fstatSync, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export interface AppendedFile {
  /** Appends a line, its end included. Throws what the system says, and can be called again. */
  append(line: Uint8Array): void;
}

// Opening a pipe that nobody reads fails with O_NONBLOCK, and would wait without.
const appending = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/** Touches no file before the first line. */
export function createAppendedFile(file: string): AppendedFile {
  let open: number | undefined;
  const close = () => {
    if (open !== undefined) closeSync(open);
    open = undefined;
  };
  const appendOnce = (line: Uint8Array): boolean => {
    if (open !== undefined && hasName(file, open)) return writeWhole(open, line);
    close();
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    open = openSync(file, appending, 0o600);
    return writeWhole(open, line);
  };
  return {
    append(line) {
      try {
        // At most twice: a file that is removed each time is somebody's wish.
        if (!appendOnce(line)) appendOnce(line);
      } catch (error) {
        close();
        throw error;
      }
    },
  };
}

/** True if the file of that name is the one that is open. */
function hasName(file: string, open: number): boolean {
  const [named, ours] = [statSync(file, { throwIfNoEntry: false }), fstatSync(open)];
  return named !== undefined && named.ino === ours.ino && named.dev === ours.dev;
}

/** Writes all bytes; false if the file was removed before, and they with it: rotated three times meanwhile, for example. */
export function writeWhole(descriptor: number, bytes: Uint8Array): boolean {
  // A file takes all at once, or has no room: then the next round says why.
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
  return fstatSync(descriptor).nlink > 0;
}
