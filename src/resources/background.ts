/** What the init and setup scripts have left in the background: it belongs to the environment, and ends with it. */
import { readFileSync, writeFileSync } from "node:fs";
import { isSystemError } from "../error/mono-error.ts";
import { listProcesses, processesWith } from "../host/processes.ts";
import { effect } from "../process/effects.ts";
import { endProcesses } from "../process/end-processes.ts";
import { isGroupAlive, type ProcessGroup } from "../process/groups.ts";
import type { Owner } from "./owner.ts";

/** Writes down which of the groups still run, for the end of the environment. */
export function recordBackground({ paths }: Owner, groups: readonly ProcessGroup[]): void {
  const alive = groups.map(({ pgid }) => pgid).filter((pgid) => isGroupAlive(pgid));
  if (alive.length === 0) return;
  effect("recording the background", () =>
    writeFileSync(paths.backgroundGroups, JSON.stringify(alive), { mode: 0o600 }),
  );
}

/** Ends what was written down. */
export async function endBackground(owner: Owner): Promise<void> {
  const groups = readGroups(owner.paths.backgroundGroups);
  if (groups.size === 0) return;
  await endProcesses({
    find: () => membersOf(owner, groups),
    what: "processes that a script has left in the background",
    hurry: owner.interruption.second,
  });
}

/** Numbers of groups are used again: those count whose environment is this one's, too. */
async function membersOf(owner: Owner, groups: ReadonlySet<number>): Promise<ReadonlySet<number>> {
  const [processes, carriers] = await Promise.all([
    listProcesses(owner.callersEnv),
    processesWith("MONO_DATA_DIR", owner.paths.dataFolder, owner.callersEnv),
  ]);
  const members = new Set(processes.filter(({ pgid }) => groups.has(pgid)).map(({ pid }) => pid));
  return members.intersection(new Set(carriers));
}

function readGroups(file: string): ReadonlySet<number> {
  try {
    const groups: unknown = JSON.parse(readFileSync(file, "utf8"));
    return new Set(Array.isArray(groups) ? groups.filter((group) => typeof group === "number") : []);
  } catch (error) {
    // A power cut can leave half a file; nothing of what it named has outlived that.
    if (isSystemError(error, "ENOENT") || error instanceof SyntaxError) return new Set();
    throw error;
  }
}
