/**
 * Processes as Linux shows them in /proc.
 *
 * A process may end between two looks, and with `hidepid` another user's cannot be read (EPERM, EACCES) or is not there
 * at all: all of these are "not one of ours", and no failure.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { isSystemError } from "../../error/mono-error.ts";
import type { ProcessRow, SeenProcess } from "./processes.ts";

/** The kernel counts start times in hundredths of a second since boot, whatever its own clock does. */
const ticksPerSecond = 100;
const notOurs = ["ENOENT", "ESRCH", "EPERM", "EACCES"];
/** Ended, and not collected yet; ending right now. */
const endedStates = new Set(["Z", "X", "x"]);

export function processIdsInProc(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Every process, or those with these ids. */
export function processesInProc(pids = processIdsInProc()): readonly SeenProcess[] {
  const uptimeSeconds = Number.parseFloat(readFileSync("/proc/uptime", "latin1"));
  return pids.flatMap((pid) => {
    const stat = ifOurs(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
    return stat === undefined ? [] : [parseStat(stat, uptimeSeconds)];
  });
}

/** Reads a line of /proc/PID/stat. */
export function parseStat(stat: string, uptimeSeconds: number): SeenProcess {
  // The second field is the program in parentheses and may hold anything, parentheses too.
  const [open, close] = [stat.indexOf("("), stat.lastIndexOf(")")];
  const fields = stat.slice(close + 2).split(" ");
  const [state = "", ppid, pgid, , terminal, foregroundGroup] = fields;
  const startTime = fields[19] ?? "";
  return {
    pid: Number.parseInt(stat, 10),
    ppid: Number(ppid),
    pgid: Number(pgid),
    tty: terminalName(Number(terminal)),
    foregroundGroup: Number(foregroundGroup),
    startTime,
    ageSeconds: Math.max(0, Math.floor(uptimeSeconds - Number(startTime) / ticksPerSecond)),
    command: Buffer.from(stat.slice(open + 1, close), "latin1").toString(),
    hasEnded: endedStates.has(state),
  };
}

/** The name of a device number; every pane of tmux has a pseudo terminal. */
function terminalName(device: number): string {
  if (device === 0) return "?";
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major >= 136 && major < 144) return `pts/${(major - 136) * 256 + minor}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  return `${major}:${minor}`;
}

/** The variables that the process was started with, as `NAME=value`; none for a process of another user. */
export function environInProc(pid: number): readonly string[] {
  return ifOurs(() => readFileSync(`/proc/${pid}/environ`, "utf8").split("\0")) ?? [];
}

/** The process that has one of these sockets open, by the sockets' inodes. */
export function findSocketHolder(inodes: ReadonlySet<string>): ProcessRow | undefined {
  const isHolder = (pid: number) =>
    openFiles(pid).some((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? ""));
  const holder = inodes.size === 0 ? undefined : processIdsInProc().find(isHolder);
  return holder === undefined ? undefined : processesInProc([holder])[0];
}

function openFiles(pid: number): readonly string[] {
  const numbers = ifOurs(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return numbers.flatMap((number) => ifOurs(() => readlinkSync(`/proc/${pid}/fd/${number}`)) ?? []);
}

/** What a look into /proc gives; undefined for a process that is gone or another user's. */
export function ifOurs<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (notOurs.some((code) => isSystemError(error, code))) return undefined;
    throw error;
  }
}
