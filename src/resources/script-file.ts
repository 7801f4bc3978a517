import { chmodSync, renameSync, writeFileSync } from "node:fs";
import { effect } from "../process/effects.ts";

/** Writes a script to a file, as a whole: a program when it begins with `#!`, for the user alone in any case. */
export function writeScript(file: string, text: string): void {
  const candidate = `${file}.new`;
  writeFileSync(candidate, text.endsWith("\n") ? text : `${text}\n`, { mode: 0o600 });
  // With chmod: a mode given when writing has no effect on a file that exists already.
  chmodSync(candidate, text.startsWith("#!") ? 0o700 : 0o600);
  effect("replacing a script", () => renameSync(candidate, file));
}
