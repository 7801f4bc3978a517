import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { effect } from "./effects.ts";

/**
 * Writes a small file of mono's own as a whole or not at all: readers see the old text or the new one, and so does mono
 * after a power cut. For the user alone.
 */
export function replaceFile(file: string, text: string): void {
  const candidate = `${file}.${process.pid}.new`;
  try {
    writeDurably(candidate, text, 0o600);
    effect(`replacing ${file.slice(file.lastIndexOf("/") + 1)}`, () => renameSync(candidate, file));
  } finally {
    rmSync(candidate, { force: true });
  }
}

/** On the disk when it returns: a power cut must not leave half a file where a rename follows. */
export function writeDurably(file: string, text: string, mode: number): void {
  const descriptor = openSync(file, "w", mode);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
