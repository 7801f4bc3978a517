import { readFileSync, statSync } from "node:fs";
import { unreadableFile } from "../error/catalogue/mono-yml.ts";
import { isSystemError, reasonOf } from "../error/mono-error.ts";

/**
 * Reads a file of the workspace; undefined when it is not there. Throws a `configuration` error when it cannot be read,
 * is larger than `largest` bytes, or is no regular file: opening a pipe or reading a device may never end, and no signal
 * reaches mono while it waits for that.
 */
export function readRegularFile(file: string, largest = Infinity): Buffer | undefined {
  try {
    const stats = statSync(file);
    const obstacle = stats.isDirectory()
      ? "it is a folder"
      : stats.isFile()
        ? undefined
        : "it is not a regular file";
    if (obstacle !== undefined) throw new Error(obstacle);
    if (stats.size > largest) throw new Error(`it is larger than ${largest} bytes`);
    return readFileSync(file);
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return undefined;
    throw unreadableFile({ file, reason: reasonOf(error) }, { cause: error });
  }
}
