/**
 * Process groups: what a child and all it started can be ended by.
 *
 * Every child of mono leads a group of its own, so that Ctrl-C reaches mono alone, which then ends its children
 * in order. A group is named by its leader's process id and start time together, since ids are used again.
 */
import { readdirSync, readFileSync } from "node:fs";
import { groupNotEnded } from "../error/catalogue/processes.ts";
import { isSystemError } from "../error/mono-error.ts";
import { effect } from "./effects.ts";

export interface ProcessGroup {
  readonly pgid: number;
  /** An opaque mark of when the leader started; empty when the system did not say. */
  readonly startTime: string;
  /** An opaque mark of the system's start, since numbers begin anew then; empty when the system does not say. */
  readonly boot: string;
}

/** Linux tells of processes in files; elsewhere `ps` does. */
const hasProc = process.platform === "linux";
/** Milliseconds between two looks at a group that is ending. */
const lookEveryMs = 10;
/** Milliseconds that a killed group may take to be gone: the kernel reaps it, nobody can refuse. */
const killDeadlineMs = 5000;

/** What /proc/PID/stat says of a process; undefined when there is none. */
interface ProcessStat {
  /** R, S, D, Z (ended, and nobody has asked for its status yet), … */
  readonly state: string;
  readonly pgid: number;
  readonly startTime: string;
}

function readStat(pid: number | string): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses and may hold anything, so count from its end.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", pgid: Number(fields[2]), startTime: fields[19] ?? "" };
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ESRCH")) return undefined;
    throw error;
  }
}

/** The group that a child of mono leads, as it can be found again by another mono. */
export function processGroupOf(leader: number): ProcessGroup {
  return { pgid: leader, startTime: startTimeOf(leader) ?? "", boot: bootMark() };
}

function bootMark(): string {
  return hasProc ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() : "";
}

/** When the process started, or undefined when there is none. */
function startTimeOf(pid: number): string | undefined {
  if (hasProc) return readStat(pid)?.startTime;
  const answer = Bun.spawnSync(["ps", "-o", "lstart=", "-p", String(pid)])
    .stdout.toString()
    .trim();
  return answer === "" ? undefined : answer;
}

/** True if any process of the group still runs. */
export function isGroupAlive(pgid: number): boolean {
  if (!signalGroup(pgid, 0)) return false;
  // An orphan that has ended stays until process 1 collects it, which in a container may take seconds, or forever.
  return !hasProc || readdirSync("/proc").some((name) => /^\d+$/.test(name) && isRunningIn(name, pgid));
}

function isRunningIn(pid: string, pgid: number): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.pgid === pgid && stat.state !== "Z" && stat.state !== "X";
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
  const deadline = performance.now() + deadlineMs;
  while (isGroupAlive(pgid)) {
    if (performance.now() >= deadline || hurry?.aborted === true) return false;
    await Bun.sleep(lookEveryMs);
  }
  return true;
}

/**
 * Ends the groups that a dead mono left running, the leader's start time proving that they are still its own.
 * A group whose leader is gone is ended too: its other members keep the number from being used again. After a reboot
 * there is nothing to end.
 */
export async function endOrphans(
  groups: readonly ProcessGroup[],
  graceMs: number,
  hurry?: AbortSignal,
): Promise<void> {
  await Promise.all(
    groups.map(async (group) => {
      if (group.boot !== bootMark()) return;
      const startTime = startTimeOf(group.pgid);
      if (startTime !== undefined && startTime !== group.startTime) return;
      await endGroup(group.pgid, graceMs, hurry);
    }),
  );
}
