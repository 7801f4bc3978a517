/** How locks are, for a caller that only looks: it takes no lock that anybody would have to wait for. */
import { Database } from "bun:sqlite";
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import type { LockState } from "../environment/status.ts";
import { unlessMissing } from "../error/unless-missing.ts";
import { isSqliteError } from "./database.ts";
import { holderEnding, holderFile, holderTextOf, lockError } from "./lock-holder.ts";

/** Whether somebody holds the lock, or has died with it. */
export function lockStateOf(file: string): LockState {
  const holder = holderTextOf(file);
  if (holder === undefined) return "free";
  try {
    using database = new Database(file, { readonly: true });
    database.run("PRAGMA busy_timeout = 0");
    // Reading shares the file with other readers, and fails beside the exclusive holder.
    database.query("SELECT 1 FROM sqlite_master").get();
    // A holder writes it after taking the lock, and removes it before the release: who is there before and after a
    // look at a free lock has died.
    return holderTextOf(file) === holder ? "abandoned" : "free";
  } catch (error) {
    if (isSqliteError(error, "SQLITE_BUSY")) return "held";
    throw lockError(file, error);
  }
}

/**
 * The same for many locks of one folder, which is read once: all but a few are free, and looking for each holder's file
 * costs more than the rest of `list`. A file is named only when somebody may hold a lock.
 */
export function lockStatesIn(folder: string): (file: () => string) => LockState {
  const held = new Set(namesIn(folder).filter((name) => name.endsWith(holderEnding)));
  return (file) => {
    if (held.size === 0) return "free";
    const path = file();
    return held.has(basename(holderFile(path))) ? lockStateOf(path) : "free";
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return unlessMissing(() => readdirSync(folder)) ?? [];
  } catch (error) {
    throw lockError(folder, error);
  }
}
