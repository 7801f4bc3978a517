/** What is written down of the run that was started last: its token, its process group, its exit status. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentPaths } from "../environment/paths.ts";
import { unlessMissing } from "../error/unless-missing.ts";
import { effect } from "../process/effects.ts";
import { isGroupAlive } from "../process/groups.ts";

/** Writes down that a new run is about to begin, and forgets the last one. */
export function recordRun(paths: EnvironmentPaths, token: string): void {
  effect("recording the run", () => {
    for (const file of [paths.runStatus, paths.runGroup, ...outputFiles(paths)])
      rmSync(file, { force: true });
    writeFileSync(paths.runToken, token, { mode: 0o600 });
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
  return readText(paths.runToken);
}

/** The process group of that run, once it has begun. */
export function groupOfRun(paths: EnvironmentPaths, token: string): number | undefined {
  return numberOf(paths.runGroup, token);
}

/** The exit status of that run, once it has ended. */
export function statusOfRun(paths: EnvironmentPaths, token: string): number | undefined {
  return numberOf(paths.runStatus, token);
}

/** True once that run has begun and is over, though its wrapper may not have lived to write its status down. */
export function isRunOver(paths: EnvironmentPaths, token: string): boolean {
  const group = groupOfRun(paths, token);
  return group !== undefined && (statusOfRun(paths, token) !== undefined || !isGroupAlive(group));
}

/** Milliseconds since the last run has ended; undefined when it has not. */
export function msSinceRunEnded({ runStatus }: EnvironmentPaths): number | undefined {
  const written = statSync(runStatus, { throwIfNoEntry: false })?.mtimeMs;
  return written === undefined ? undefined : Date.now() - written;
}

/** `<number> <token>`: of this run, and not of the one before or after it. */
function numberOf(file: string, token: string): number | undefined {
  const [number, owner] = readText(file)?.split(" ") ?? [];
  return owner === token ? Number(number) : undefined;
}

function readText(file: string): string | undefined {
  return unlessMissing(() => readFileSync(file, "utf8"));
}
