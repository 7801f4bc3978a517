/** What the init and setup scripts have left in the background: it belongs to the environment, and ends with it. */
import { readFileSync, writeFileSync } from "node:fs";
import { isSystemError } from "../error/mono-error.ts";
import { bootMark } from "../process/running/boot.ts";
import { processesWith } from "../process/running/carriers.ts";
import { effect } from "../process/effects.ts";
import { endProcesses } from "../process/running/end-processes.ts";
import { type ProcessGroup, signalGroup } from "../process/running/groups.ts";
import { listProcesses, type ProcessRow } from "../process/running/processes.ts";
import type { Owner } from "./owner.ts";

/** What is written down when init succeeds. */
interface Background {
  /** `bootMark`: ids begin again when the system starts. */
  readonly boot: string;
  readonly members: readonly Member[];
}

/** A process that a script has left, by what nobody else can have: its id and its start. */
type Member = Pick<ProcessRow, "pid" | "pgid" | "startTime">;

/** Writes down who is left of these groups, for the end of the environment. */
export async function recordBackground(
  { callersEnv, paths }: Owner,
  groups: readonly ProcessGroup[],
): Promise<void> {
  const numbers = new Set(groups.map(({ pgid }) => pgid).filter((pgid) => signalGroup(pgid, 0)));
  if (numbers.size === 0) return;
  const members = (await listProcesses(callersEnv))
    .filter(({ pgid }) => numbers.has(pgid))
    .map(({ pid, pgid, startTime }) => ({ pid, pgid, startTime }));
  if (members.length === 0) return;
  const background: Background = { boot: bootMark(), members };
  effect("recording the background", () =>
    writeFileSync(paths.backgroundGroups, JSON.stringify(background), { mode: 0o600 }),
  );
}

/** Ends what was written down, and what that has started since in its groups. */
export async function endBackground(owner: Owner): Promise<void> {
  const background = readBackground(owner.paths.backgroundGroups);
  if (background === undefined || background.boot !== bootMark()) return;
  await endProcesses({
    find: async () => {
      const [processes, carriers] = await Promise.all([
        listProcesses(owner.callersEnv),
        processesWith("MONO_DATA_DIR", owner.paths.dataFolder, owner.callersEnv),
      ]);
      return membersOf(background, processes, new Set(carriers));
    },
    what: "processes that a script has left in the background",
    hurry: owner.interruption.second,
  });
}

/**
 * The recorded processes, and the others of their groups. While a recorded one lives, its group's number is the
 * script's. After that somebody else may have the number, and only those count that carry the environment's variable.
 */
export function membersOf(
  { members }: Background,
  processes: readonly ProcessRow[],
  carriers: ReadonlySet<number>,
): ReadonlySet<number> {
  const isRecorded = ({ pid, startTime }: ProcessRow) =>
    members.some((member) => member.pid === pid && member.startTime === startTime);
  const living = new Set(processes.filter((process) => isRecorded(process)).map(({ pgid }) => pgid));
  const recorded = new Set(members.map(({ pgid }) => pgid));
  const isMember = (process: ProcessRow) =>
    isRecorded(process) ||
    (recorded.has(process.pgid) && (living.has(process.pgid) || carriers.has(process.pid)));
  return new Set(processes.filter((process) => isMember(process)).map(({ pid }) => pid));
}

function readBackground(file: string): Background | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above
    return JSON.parse(readFileSync(file, "utf8")) as Background;
  } catch (error) {
    // A power cut can leave half a file; nothing of what it named has outlived that.
    if (isSystemError(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
