/**
 * Process groups: what a child and all it started can be ended by.
 *
 * Every child of mono leads a group of its own, so that Ctrl-C reaches mono alone, which then ends its children
 * in order. A group is named by its leader's process id and start time together, since ids are used again.
 */
import { groupNotEnded } from "../../error/catalogue/processes.ts";
import { isSystemError } from "../../error/mono-error.ts";
import { effect } from "../effects.ts";
import { hasProc } from "../has-proc.ts";
import { poll } from "../poll.ts";
import { bootMark } from "./boot.ts";
import { processesWith } from "./carriers.ts";
import { processesInProc } from "./proc.ts";
import { findProcess, listProcesses, type ProcessRow, type SeenProcess } from "./processes.ts";

export interface ProcessGroup {
  readonly pgid: number;
  /** An opaque mark of when the leader started; empty when it has ended already. */
  readonly startTime: string;
  /** `bootMark`. */
  readonly boot: string;
  /** Who was left in it when its leader had ended. */
  readonly members?: readonly GroupMember[];
}

/** A process by what nobody else can have: its id and its start. */
interface GroupMember {
  readonly pid: number;
  readonly startTime: string;
}

/** The group with those who are in it now; undefined when it has ended. */
export async function withMembers(group: ProcessGroup): Promise<ProcessGroup | undefined> {
  if (!signalGroup(group.pgid, 0)) return undefined;
  const members = membersOf(group, await listProcesses()).map(({ pid, startTime }) => ({ pid, startTime }));
  return members.length === 0 ? undefined : { ...group, members };
}

function membersOf({ pgid }: ProcessGroup, processes: readonly ProcessRow[]): readonly ProcessRow[] {
  return processes.filter((process) => process.pgid === pgid);
}

/** Milliseconds between two looks at a group that is ending: without /proc each look starts a program. */
const lookEveryMs = hasProc ? 10 : 50;
/** Milliseconds that a killed group may take to be gone: the kernel reaps it, nobody can refuse. */
const killDeadlineMs = 5000;

/** The group that a child of mono leads, as it can be found again by another mono. */
export async function processGroupOf(leader: number): Promise<ProcessGroup> {
  return { pgid: leader, startTime: (await findProcess(leader))?.startTime ?? "", boot: bootMark() };
}

/**
 * True if any process of the group still runs. Zombies do not: an orphan that has ended stays until process 1 collects
 * it, which in a container may take seconds, or forever. Without /proc it is the signal that answers, and counts them:
 * on a Mac they go at once, and asking `ps` is too slow for a caller that looks all the time.
 */
export function isGroupAlive(pgid: number): boolean {
  if (!signalGroup(pgid, 0)) return false;
  if (!hasProc) return true;
  // Mostly its leader is alive, and one look is enough.
  const isRunning = ({ hasEnded, pgid: own }: SeenProcess) => own === pgid && !hasEnded;
  return processesInProc([pgid]).some(isRunning) || processesInProc().some(isRunning);
}

/** Sends a signal to every process of the group; false if there is none. */
export function signalGroup(pgid: number, signal: NodeJS.Signals | 0): boolean {
  return signalProcess(-pgid, signal);
}

/** Sends a signal to a process, or with a negative number to a group; false if there is none. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    // EPERM: what is left runs as another user (a setuid child): alive, and not ours to end.
    if (isSystemError(error, "EPERM")) return true;
    if (isSystemError(error, "ESRCH")) return false;
    throw error;
  }
}

/**
 * Ends a group: SIGTERM, up to `graceMs` milliseconds, SIGKILL, and waits until nothing of it is left.
 * `hurry` cuts the grace short. Throws a MonoError if something survives even SIGKILL (another user's process).
 */
export async function endGroup(pgid: number, graceMs: number, hurry?: AbortSignal): Promise<void> {
  if (!effect("ending a process group", () => signalGroup(pgid, "SIGTERM"))) return;
  if (await waitForEnd(pgid, graceMs, hurry)) return;
  effect("killing a process group", () => signalGroup(pgid, "SIGKILL"));
  if (await waitForEnd(pgid, killDeadlineMs)) return;
  throw groupNotEnded({ group: pgid });
}

async function waitForEnd(pgid: number, deadlineMs: number, hurry?: AbortSignal): Promise<boolean> {
  const look = async () => !(await isStillRunning(pgid)) || undefined;
  return (await poll(look, { everyMs: lookEveryMs, deadlineMs, stop: hurry })) === true;
}

/**
 * Signals alone cannot tell that a group has ended: Linux delivers them to zombies, and macOS answers EPERM for a group
 * of zombies as for a process of another user.
 */
async function isStillRunning(pgid: number): Promise<boolean> {
  if (!isGroupAlive(pgid)) return false;
  return hasProc || (await listProcesses()).some((process) => process.pgid === pgid);
}

/** A variable that the processes of one environment have, and no others. */
export interface Carried {
  readonly variable: string;
  readonly value: string;
}

/**
 * Ends the groups that a dead mono left running, as far as they are proven to be its own: numbers are used again, and a
 * group of that number may be anybody's by now. A record that proves nothing is passed over.
 */
export async function endOrphans(
  groups: readonly ProcessGroup[],
  graceMs: number,
  carried: Carried,
  hurry?: AbortSignal,
): Promise<void> {
  // Most have ended: no other question then.
  const alive = groups.filter(({ boot, pgid }) => boot === bootMark() && signalGroup(pgid, 0));
  if (alive.length === 0) return;
  const leaders = await Promise.all(alive.map(async ({ pgid }) => [pgid, await findProcess(pgid)] as const));
  const seen: Seen = {
    processes: await listProcesses(),
    leaders: new Map(leaders),
    carriers: new Set(await processesWith(carried.variable, carried.value, {})),
  };
  const own = alive.filter((group) => isProven(group, seen));
  await Promise.all(own.map(({ pgid }) => endGroup(pgid, graceMs, hurry)));
}

interface Seen {
  readonly processes: readonly ProcessRow[];
  /** The process whose id is the group's number, a zombie too. */
  readonly leaders: ReadonlyMap<number, Pick<SeenProcess, "startTime"> | undefined>;
  /** Processes with the environment's variable. */
  readonly carriers: ReadonlySet<number>;
}

/**
 * True if the leader or a recorded member is the one that was written down, or if the leader is gone and somebody in the
 * group carries the environment's variable. Another leader means that the number has been used again.
 */
function isProven(group: ProcessGroup, { carriers, leaders, processes }: Seen): boolean {
  const leader = leaders.get(group.pgid);
  if (leader !== undefined) return leader.startTime === group.startTime;
  const isRecorded = ({ pid, startTime }: ProcessRow) =>
    group.members?.some((member) => member.pid === pid && member.startTime === startTime) === true;
  return membersOf(group, processes).some((process) => isRecorded(process) || carriers.has(process.pid));
}
