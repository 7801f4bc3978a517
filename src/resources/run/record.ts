/** What is written down of the run that was started last: its token, its process group, its exit status. */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentPaths } from "../../environment/paths.ts";
import { unlessMissing } from "../../error/unless-missing.ts";
import { effect } from "../../process/effects.ts";
import { isGroupAlive } from "../../process/running/groups.ts";

/** A token that no other run has. */
export function createRunToken(): string {
  return crypto.getRandomValues(new Uint8Array(12)).toHex();
}

/** False for what a full disk or an editor has left of one: it names no run, and must match no process. */
export function isRunToken(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text);
}

/** Writes down that a new run is about to begin, and forgets the last one. */
export function recordRun(paths: EnvironmentPaths, token: string): void {
  effect("recording the run", () => {
    for (const file of [paths.runStatus, paths.runGroup, ...outputFiles(paths)])
      rmSync(file, { force: true });
    writeFileSync(`${paths.runToken}.new`, token, { mode: 0o600 });
    renameSync(`${paths.runToken}.new`, paths.runToken);
  });
}

/** What the files begin with that hold a run's output: a number follows. The collector of another run has others. */
export function outputOf({ runOutput }: EnvironmentPaths, token: string): string {
  return `${runOutput}-${token}`;
}

function outputFiles({ ownFolder, runOutput }: EnvironmentPaths): string[] {
  return readdirSync(ownFolder)
    .map((name) => join(ownFolder, name))
    .filter((file) => file.startsWith(`${runOutput}-`));
}

/** The token of the run that was started last; undefined when there was none. */
export function lastRun(paths: EnvironmentPaths): string | undefined {
  const text = readText(paths.runToken)?.trim();
  return text !== undefined && isRunToken(text) ? text : undefined;
}

/** The process group of that run, once it has begun. */
export function groupOfRun(paths: EnvironmentPaths, token: string): number | undefined {
  const group = numberOf(paths.runGroup, token);
  // A signal to group 0 or 1 would go to mono itself, or to everybody.
  return group !== undefined && group > 1 ? group : undefined;
}

/** The exit status of that run, once it has ended. */
export function statusOfRun(paths: EnvironmentPaths, token: string): number | undefined {
  return numberOf(paths.runStatus, token);
}

/** True once nothing of that run is left, though its wrapper may not have lived to write its status down. */
export function isRunGone(paths: EnvironmentPaths, token: string): boolean {
  const group = groupOfRun(paths, token);
  return group === undefined || !isGroupAlive(group);
}

/** Milliseconds since the first process of the last run has begun; undefined when none has. */
export function msSinceRunBegan({ runGroup }: EnvironmentPaths): number | undefined {
  return msSinceWritten(runGroup);
}

/** Milliseconds since the last run has ended; undefined when it has not. */
export function msSinceRunEnded({ runStatus }: EnvironmentPaths): number | undefined {
  return msSinceWritten(runStatus);
}

function msSinceWritten(file: string): number | undefined {
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return written === undefined ? undefined : Date.now() - written;
}

/** `<number> <token>`: of this run, and not of the one before or after it. */
function numberOf(file: string, token: string): number | undefined {
  const [, number, owner] = /^(\d+) (\w+)\s*$/.exec(readText(file) ?? "") ?? [];
  return number !== undefined && owner === token ? Number(number) : undefined;
}

function readText(file: string): string | undefined {
  return unlessMissing(() => readFileSync(file, "utf8"));
}
