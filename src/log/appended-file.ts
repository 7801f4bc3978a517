/**
 * A file that many processes append lines to, and that may be renamed or removed at any time.
 *
 * A line is one write(2) in append mode, which local file systems do as a whole: lines of two processes never mix.
 * A full disk, or a kill -9, can still cut one short. So a process looks for such a part with its first line, and with
 * the next one after a failure, and begins its own line after it. Not with every line: a part looks like a line that
 * another process is in the middle of. When that one stands still for long, an empty line gets into the log.
 */
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export interface AppendedFile {
  /** Appends a line, its end included. Throws what the system says, and can be called again. */
  append(line: Uint8Array): void;
}

// Opening a pipe that nobody reads fails with O_NONBLOCK, and would wait without.
const appending = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
const lineEnd = 0x0a;
/** How long a write that another process is in the middle of may stand still, in milliseconds. */
const writePauseMs = 50;

/** Touches no file before the first line. */
export function createAppendedFile(file: string): AppendedFile {
  let open: number | undefined;
  let part: number | undefined;
  const close = () => {
    if (open !== undefined) closeSync(open);
    open = undefined;
  };
  const appendOnce = (line: Uint8Array): boolean => {
    if (open !== undefined && hasName(file, open)) return writeWhole(open, line);
    const isFirst = open === undefined;
    close();
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    open = openSync(file, appending, 0o600);
    part = isFirst ? findPart(file, part) : undefined;
    return writeWhole(open, part === undefined ? line : Buffer.concat([Buffer.of(lineEnd), line]));
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

/** Writes all bytes; false if the file was removed before, and they with it: rotated three times meanwhile, for one. */
export function writeWhole(descriptor: number, bytes: Uint8Array): boolean {
  // A file takes all at once, or has no room: then the next round says why.
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
  return fstatSync(descriptor).nlink > 0;
}

/**
 * The size of the file, if its last line has no end and nobody is writing it. `known` is what the last call gave:
 * on a disk that stays full each line is tried, and must not wait each time.
 */
function findPart(file: string, known: number | undefined): number | undefined {
  const reading = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(reading);
    const last = Buffer.of(lineEnd);
    if (size > 0) readSync(reading, last, 0, 1, size - 1);
    if (last[0] === lineEnd) return undefined;
    if (size === known) return size;
    // A long line grows while it is written, and other processes can see that; one that was cut short does not.
    Bun.sleepSync(writePauseMs);
    return fstatSync(reading).size === size ? size : undefined;
  } finally {
    closeSync(reading);
  }
}
