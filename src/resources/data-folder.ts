/** The data folder, `$MONO_DATA_DIR`, and the folder for what mono generates. */
import { mkdirSync, rmSync } from "node:fs";
import { MonoError, reasonOf } from "../error/mono-error.ts";
import type { Owner } from "./owner.ts";

export function ensureDataFolder({ paths, narrator }: Owner): void {
  const startedAt = performance.now();
  const made = mkdirSync(paths.dataFolder, { recursive: true, mode: 0o700 });
  ensureOwnFolder({ paths });
  if (made !== undefined) narrator.done("created data directory", startedAt);
}

/** The folder for what mono generates for itself. */
export function ensureOwnFolder({ paths }: Pick<Owner, "paths">): void {
  mkdirSync(paths.ownFolder, { recursive: true, mode: 0o700 });
}

export function removeDataFolder({ paths, narrator }: Owner): void {
  const startedAt = performance.now();
  removeFolder(paths.dataFolder);
  removeFolder(paths.ownFolder);
  narrator.done("removed data directory", startedAt);
}

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    throw new MonoError(`cannot remove ${folder}: ${reasonOf(error)}`, {
      hint: `remove it with: sudo rm -rf '${folder.replaceAll("'", String.raw`'\''`)}', then run mono destroy again`,
      cause: error,
    });
  }
}
