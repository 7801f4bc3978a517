/**
 * The data folder, `$MONO_DATA_DIR`, and the folder for what mono generates.
 *
 * Both are made only where nothing exists yet, and removed only if they are the environment's. The second
 * one, called the own folder, holds a file with the environment's mark. mono puts nothing into the data folder, which
 * some programs want to be empty: a record in the own folder, written first, says that mono has made it.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { isOldMark } from "../environment/mark.ts";
import type { EnvironmentPaths } from "../environment/paths.ts";
import { folderNotMade, folderNotRemoved, folderTaken } from "../error/catalogue/home.ts";
import { isSystemError, type MonoError, reasonOf } from "../error/mono-error.ts";
import { shellWord } from "../text/shell-word.ts";
import { unlessMissing } from "../error/unless-missing.ts";
import { effect } from "../process/effects.ts";
import { hasProc } from "../process/has-proc.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import type { Owner } from "./owner.ts";
import { type Left, removeTree } from "./remove-tree.ts";

type Place = Pick<Owner, "environment" | "paths">;

export function ensureDataFolder({ environment, paths, narrator }: Owner): void {
  const startedAt = performance.now();
  ensureOwnFolder({ environment, paths });
  if (isDataFolderOurs({ environment, paths }) && existsSync(paths.dataFolder)) return;
  // Before the folder, so that one without a record is never mono's.
  effect("recording the data folder", () =>
    writeFileSync(paths.dataFolderRecord, environment.mark, { mode: 0o600 }),
  );
  try {
    makeFolder(paths.dataFolder);
  } catch (error) {
    rmSync(paths.dataFolderRecord, { force: true });
    throw error;
  }
  narrator.done("created data directory", startedAt);
}

/** The folder for what mono generates for itself. */
export function ensureOwnFolder({ environment, paths }: Place): void {
  if (isOwnFolderOurs({ environment, paths }) && existsSync(paths.ownFolder)) return;
  makeFolder(paths.ownFolder);
  effect("marking a folder", () => writeFileSync(paths.markFile, environment.mark, { mode: 0o600 }));
}

/** True if there is something at the place of an environment's folders. */
export function isFolderTaken(paths: EnvironmentPaths): boolean {
  return [paths.ownFolder, paths.dataFolder].some((folder) => lstatOf(folder) !== undefined);
}

function makeFolder(folder: string): void {
  try {
    effect("making a folder", () => {
      mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
      mkdirSync(folder, { mode: 0o700 });
    });
  } catch (error) {
    if (isSystemError(error, "EEXIST")) throw folderTaken({ folder }, { cause: error });
    throw folderNotMade({ folder, reason: reasonOf(error) }, { cause: error });
  }
}

/** An empty folder may be one that a killed mono had no time to mark: to remove it takes nothing from anybody. */
function isOwnFolderOurs({ environment, paths }: Place): boolean {
  const found = readMark(paths.markFile);
  if (found !== undefined) return found === environment.mark;
  return isOldMark(environment.mark) || isEmptyFolder(paths.ownFolder);
}

function isDataFolderOurs({ environment, paths }: Place): boolean {
  if (!isOwnFolderOurs({ environment, paths })) return false;
  return isOldMark(environment.mark) || readMark(paths.dataFolderRecord) === environment.mark;
}

function readMark(file: string): string | undefined {
  return unlessMissing(() => readFileSync(file, "utf8"));
}

function isEmptyFolder(folder: string): boolean {
  return lstatOf(folder)?.isDirectory() === true && readdirSync(folder).length === 0;
}

function lstatOf(path: string) {
  return unlessMissing(() => lstatSync(path));
}

/** Removes both, as far as they are the environment's; the proof that they are goes last. */
export async function removeDataFolder({ environment, interruption, narrator, paths }: Owner): Promise<void> {
  const startedAt = performance.now();
  const throwIfStopped = () => throwIfInterrupted(interruption);
  const place = { environment, paths };
  const kept: string[] = [];
  if (isDataFolderOurs(place)) await removeFolder(paths.dataFolder, throwIfStopped);
  else kept.push(paths.dataFolder);
  if (isOwnFolderOurs(place)) {
    for (const name of namesIn(paths.ownFolder)) {
      const path = join(paths.ownFolder, name);
      if (path !== paths.markFile) await removeFolder(path, throwIfStopped);
    }
    await removeFolder(paths.ownFolder, throwIfStopped);
  } else kept.push(paths.ownFolder);
  for (const folder of kept.filter((path) => lstatOf(path) !== undefined))
    narrator.warn(`${folder} is left alone: mono did not make it`);
  if (kept.length < 2) narrator.done("removed data directory", startedAt);
}

function namesIn(folder: string): readonly string[] {
  return lstatOf(folder)?.isDirectory() === true ? readdirSync(folder) : [];
}

async function removeFolder(folder: string, throwIfStopped: () => void): Promise<void> {
  const left = await removeTree(folder, throwIfStopped);
  if (left.length > 0) throw notRemoved(folder, left);
}

/** The number of remaining files that an error names at most. */
const namedFiles = 10;

function notRemoved(folder: string, left: readonly Left[]): MonoError {
  const more = left.length - namedFiles;
  const details = left
    .slice(0, namedFiles)
    .map(({ path, why }) => (why === "mount" ? `${path} (something is mounted there)` : path));
  const [first] = left;
  return folderNotRemoved(
    { folder, reason: reasonOf(first?.error), remedy: remedyFor(folder, left) },
    { details: more > 0 ? [...details, `and ${more} more`] : details, cause: first?.error },
  );
}

/** The commands that make the next destroy succeed, for a person to paste. */
function remedyFor(folder: string, left: readonly Left[]): string {
  const sudo = userInfo().uid === 0 ? "" : "sudo ";
  const mounts = left
    .filter(({ why }) => why === "mount")
    .map(({ path }) => `${sudo}umount ${shellWord(path)}`);
  // Immutable and append-only; on macOS as set by the user and as set by root.
  const unguard = hasProc ? "chattr -R -ia" : "chflags -R nouchg,noschg,nouappnd,nosappnd";
  const isGuarded = left.some(({ why }) => why === "guarded");
  const guards = isGuarded ? [`${sudo}${unguard} ${shellWord(folder)}`] : [];
  const isMountAlone = left.every(({ why }) => why === "mount");
  const removal = isMountAlone ? [] : [`${sudo}rm -rf ${shellWord(folder)}`];
  return [...new Set(mounts), ...guards, ...removal].join(" && ");
}
