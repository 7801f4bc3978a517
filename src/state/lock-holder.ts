/**
 * What stands beside a lock: who holds it, and which process groups that one has started. It is written after the lock
 * is taken, and removed before it is released: who is written there while the lock is free has died.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { lockUnreadable } from "../error/catalogue/home.ts";
import { type MonoError, reasonOf } from "../error/mono-error.ts";
import { unlessMissing } from "../error/unless-missing.ts";
import { effect } from "../process/effects.ts";
import type { ProcessGroup } from "../process/running/groups.ts";

/** Who holds a lock, as its holder wrote it down. */
export interface Holder {
  readonly pid: number;
  readonly command: string;
  readonly since: string;
  readonly groups: readonly ProcessGroup[];
}

export const holderEnding = ".holder";

export function holderFile(file: string): string {
  return `${file}${holderEnding}`;
}

export function writeHolder(file: string, holder: Holder): void {
  const temporary = `${holderFile(file)}.new`;
  effect("writing the lock's holder", () => {
    writeFileSync(temporary, JSON.stringify(holder), { mode: 0o600 });
    renameSync(temporary, holderFile(file));
  });
}

export function removeHolder(file: string): void {
  effect("removing the lock's holder", () => rmSync(holderFile(file), { force: true }));
}

export function readHolder(file: string): Holder | undefined {
  const text = holderTextOf(file);
  if (text === undefined) return undefined;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above, replaced as a whole
    return JSON.parse(text) as Holder;
  } catch (error) {
    // A power cut can leave an empty file; none of the groups has outlived it either.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The text of it, which another process may replace at any moment; undefined when there is none. */
export function holderTextOf(file: string): string | undefined {
  try {
    return unlessMissing(() => readFileSync(holderFile(file), "utf8"));
  } catch (error) {
    throw lockError(file, error);
  }
}

/** `2026-11-25 14:32:05`, as the person's clock has it: Swedes write it so. */
function localTime(since: string): string {
  return new Date(since).toLocaleString("sv-SE");
}

export function describeHolder(holder: Holder | undefined): string {
  return holder === undefined
    ? "one that has just begun"
    : `${holder.command} (pid ${holder.pid}, since ${localTime(holder.since)})`;
}

/** What the system has against a file of a lock. */
export function lockError(file: string, error: unknown): MonoError {
  return lockUnreadable({ file, reason: reasonOf(error) }, { cause: error });
}
