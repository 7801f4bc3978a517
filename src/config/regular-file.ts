import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { unreadableFile } from "../error/catalogue/mono-yml.ts";
import { isSystemError, reasonOf } from "../error/mono-error.ts";

/**
 * Reads a file of the workspace; undefined when it is not there. Throws a `configuration` error when it cannot be read,
 * is larger than `largest` bytes, or is no regular file: opening a pipe or reading a device may never end, and no signal
 * reaches mono while it waits for that. Opened without waiting, since some files of the system only look regular.
 */
export function readRegularFile(file: string, largest = Infinity): Buffer | undefined {
  try {
    // Opening a device may have effects.
    requireRegular(statSync(file));
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readWhole(descriptor, largest);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return undefined;
    throw unreadableFile({ file, reason: reasonOf(error) }, { cause: error });
  }
}

function readWhole(descriptor: number, largest: number): Buffer {
  const stats = fstatSync(descriptor);
  requireRegular(stats);
  const pieces: Buffer[] = [];
  for (let length = 0; ;) {
    if (Math.max(length, stats.size) > largest) throw new Error(`it is larger than ${largest} bytes`);
    const piece = Buffer.alloc(pieceBytes);
    const count = readSync(descriptor, piece);
    if (count === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, count));
    length += count;
  }
}

function requireRegular(stats: Stats): void {
  if (stats.isDirectory()) throw new Error("it is a folder");
  if (!stats.isFile()) throw new Error("it is not a regular file");
}

const pieceBytes = 65_536;
