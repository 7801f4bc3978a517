/**
 * What mono remembers of an environment beside its row, in small files of the own folder: which folder it was made for,
 * which containers ran when it was ready, why its init failed, whether it sleeps. Each may be missing, or unreadable after a power cut:
 * then nothing is claimed.
 */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { InspectedContainer } from "../docker/containers.ts";
import type { EnvironmentPaths } from "../environment/paths.ts";
import { effect } from "../process/effects.ts";
import { replaceFile } from "../process/replace-file.ts";

type Paths = Pick<EnvironmentPaths, "failure" | "folderIdentity" | "readyContainers">;
type SleepPaths = Pick<EnvironmentPaths, "asleep" | "lastUse">;

/** What tells a folder from another one that was made later at the same path. */
interface FolderIdentity {
  readonly inode: string;
  /** In milliseconds; 0 where the file system does not keep it. File systems give the numbers of inodes again. */
  readonly born: number;
}

/** A container that ran, or had done its work, when the environment was ready. */
export type ReadyContainer = Pick<
  InspectedContainer,
  "name" | "service" | "state" | "startedAt" | "restartCount"
>;

export function recordFolder(paths: Paths, workspace: string): void {
  const identity = identityOf(workspace);
  if (identity !== undefined) replaceFile(paths.folderIdentity, JSON.stringify(identity));
}

/** True if the folder was deleted and made again since init. False when nobody can tell. */
export function isFolderReplaced(paths: Paths, workspace: string): boolean {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above, as a whole or not at all
  const known = readJson(paths.folderIdentity) as FolderIdentity | undefined;
  const now = identityOf(workspace);
  if (known === undefined || now === undefined) return false;
  return known.inode !== now.inode || known.born !== now.born;
}

/** The device is left out: its number is another one after a restart of macOS. */
function identityOf(folder: string): FolderIdentity | undefined {
  try {
    const { birthtimeMs, ino } = statSync(folder, { bigint: true });
    return { inode: String(ino), born: Number(birthtimeMs) };
  } catch {
    return undefined; // Gone, or not to be looked at: that is another question.
  }
}

export function recordReady(paths: Paths, containers: readonly InspectedContainer[]): void {
  const ready: readonly ReadyContainer[] = containers.map(
    ({ name, restartCount, service, startedAt, state }) => ({
      name,
      restartCount,
      service,
      startedAt,
      state,
    }),
  );
  replaceFile(paths.readyContainers, JSON.stringify(ready));
}

/** The containers as they were when the environment was ready; undefined when that was not written down. */
export function readyContainers(paths: Paths): readonly ReadyContainer[] | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return readJson(paths.readyContainers) as readonly ReadyContainer[] | undefined;
}

/** Leaves an environment whose init has failed for looking at. */
export function recordFailure(paths: Paths, message: string): void {
  replaceFile(paths.failure, JSON.stringify({ message }));
}

/** Why init failed, for an environment that `init --keep` has left. */
export function failureOf(paths: Paths): string | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return (readJson(paths.failure) as { readonly message: string } | undefined)?.message;
}

/** Its containers are stopped on purpose. */
export function recordAsleep({ asleep }: SleepPaths): void {
  effect("recording that it sleeps", () => writeFileSync(asleep, "", { mode: 0o600 }));
}

/** Something has started its containers, or tries to. */
export function forgetAsleep({ asleep }: SleepPaths): void {
  if (existsSync(asleep)) effect("recording that it is awake", () => rmSync(asleep, { force: true }));
}

export function isRecordedAsleep({ asleep }: SleepPaths): boolean {
  return existsSync(asleep);
}

/** Somebody uses it now. */
export function recordUse({ lastUse }: SleepPaths): void {
  writeFileSync(lastUse, "", { mode: 0o600 });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
