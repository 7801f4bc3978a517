import { fstatSync, statSync } from "node:fs";
import type * as Tty from "node:tty";

/**
 * True when the descriptor is a terminal. `node:tty` knows, and loading it takes as long as half of a start: it is asked
 * only about what can be a terminal, a device other than the one that a program without a terminal is given.
 */
export function isTerminal(descriptor: number): boolean {
  try {
    const file = fstatSync(descriptor);
    if (!file.isCharacterDevice() || file.rdev === statSync("/dev/null").rdev) return false;
  } catch {
    // Closed: `mono … >&-`.
    return false;
  }
  const tty: typeof Tty = import.meta.require("node:tty");
  return tty.isatty(descriptor);
}

/**
 * The columns of a terminal, as they are when they are asked for; undefined when the descriptor is not a terminal. `onResize` has
 * the function called when the terminal says that its size has changed.
 */
export function watchColumns(
  descriptor: number,
  onResize: (act: () => void) => void,
): () => number | undefined {
  let isWatched = false;
  let columns: number | undefined;
  const look = () => {
    const tty: typeof Tty = import.meta.require("node:tty");
    columns = new tty.WriteStream(descriptor).columns;
  };
  return () => {
    if (!isWatched && isTerminal(descriptor)) {
      look();
      onResize(look);
    }
    isWatched = true;
    return columns;
  };
}
