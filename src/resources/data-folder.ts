/** The data folder, `$MONO_DATA_DIR`, and the folder for what mono generates. */
import { existsSync, mkdirSync } from "node:fs";
import { chmod, lstat, readdir, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { folderNotMade, folderNotRemoved } from "../error/catalogue/home.ts";
import { type MonoError, reasonOf } from "../error/mono-error.ts";
import { effect, reach } from "../process/effects.ts";
import type { Owner } from "./owner.ts";

export function ensureDataFolder({ paths, narrator }: Owner): void {
  const startedAt = performance.now();
  const made = makeFolder(paths.dataFolder);
  ensureOwnFolder({ paths });
  if (made) narrator.done("created data directory", startedAt);
}

/** The folder for what mono generates for itself. */
export function ensureOwnFolder({ paths }: Pick<Owner, "paths">): void {
  makeFolder(paths.ownFolder);
}

function makeFolder(folder: string): boolean {
  if (existsSync(folder)) return false;
  try {
    effect("making a folder", () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
    return true;
  } catch (error) {
    throw folderNotMade({ folder, reason: reasonOf(error) }, { cause: error });
  }
}

export async function removeDataFolder({ paths, narrator }: Owner): Promise<void> {
  const startedAt = performance.now();
  await removeFolder(paths.dataFolder);
  await removeFolder(paths.ownFolder);
  narrator.done("removed data directory", startedAt);
}

/** Not in one blocking call, as a data folder may be large: signals are heard meanwhile. */
async function removeFolder(folder: string): Promise<void> {
  reach("before removing a folder");
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    const left = await removeWhatCanBe(folder);
    if (left.length > 0) throw notRemoved(folder, error, left);
  }
  reach("after removing a folder");
}

/**
 * Removes a folder as far as possible, also read-only folders in it that are the user's own (caches of package
 * managers have such); returns what is left.
 */
async function removeWhatCanBe(folder: string): Promise<string[]> {
  // The folder may be a link that the person has put there: what it leads to is theirs.
  if ((await lstat(folder).catch(() => undefined))?.isDirectory() !== true) return [folder];
  await chmod(folder, 0o700).catch(() => {});
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [folder];
  const left: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) left.push(...(await removeWhatCanBe(path)));
    else await unlink(path).catch(() => left.push(path));
  }
  if (left.length === 0) await rmdir(folder).catch(() => left.push(folder));
  return left;
}

/** How many of the files that are left an error names. */
const namedFiles = 10;

function notRemoved(folder: string, error: unknown, left: readonly string[]): MonoError {
  const more = left.length - namedFiles;
  const details = [...left.slice(0, namedFiles), ...(more > 0 ? [`and ${more} more`] : [])];
  return folderNotRemoved({ folder, reason: reasonOf(error) }, { details, cause: error });
}
