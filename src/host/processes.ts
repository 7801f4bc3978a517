import { existsSync, readdirSync, readFileSync } from "node:fs";
import { processesNotListed } from "../error/catalogue/processes.ts";
import { capture, type Environ } from "../process/child.ts";

export interface ProcessRow {
  readonly pid: number;
  readonly pgid: number;
  /** Its terminal as `ps` names it (`pts/3`, `ttys003`), `?` or `??` without one. */
  readonly tty: string;
  /** The group in front on its terminal; -1 without a terminal. */
  readonly foregroundGroup: number;
  /** Seconds since its start. */
  readonly ageSeconds: number;
  readonly command: string;
}

/**
 * Every process of this host, by `ps`: the same columns on Linux and macOS. Without zombies: one that has ended stays
 * until its parent collects it, which some parents never do.
 */
export async function listProcesses(env: Environ): Promise<readonly ProcessRow[]> {
  const argv = ["ps", "-A", "-o", "pid=,pgid=,tpgid=,tty=,stat=,etime=,comm="] as const;
  const { exitCode, stdout, stderr } = await capture({ argv, cwd: "/", env, deadlineMs: 10_000 });
  if (exitCode !== 0) throw processesNotListed({ exitCode }, { details: [stderr.trim()] });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, pgid, front, tty = "", state = "", age = "", command] = row.exec(line) ?? [];
    if (command === undefined || state.startsWith("Z")) return [];
    const numbers = { pid: Number(pid), pgid: Number(pgid), foregroundGroup: Number(front) };
    return [{ ...numbers, tty, ageSeconds: parseAge(age), command }];
  });
}

const row = /^\s*(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(.*)$/;

/** `[[days-]hours:]minutes:seconds` */
function parseAge(text: string): number {
  const [seconds = 0, minutes = 0, hours = 0, days = 0] = text.split(/[-:]/).map(Number).toReversed();
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/**
 * The processes that were started with this variable in their environment, wherever they have gone since. Those of
 * this user, where the system tells; another user's, and on macOS those of protected programs, are not found.
 */
export async function processesWith(
  variable: string,
  value: string,
  env: Environ,
): Promise<readonly number[]> {
  return existsSync("/proc/self/environ")
    ? processesInProc(`${variable}=${value}`)
    : await processesByPs(`${variable}=${value}`, env);
}

/** Whether a process was started with a variable of that value in its environment; of several lines the first counts. */
export async function startedWith(
  pid: number,
  env: Environ,
): Promise<(name: string, value: string) => boolean> {
  if (existsSync("/proc/self/environ")) {
    const firstLines = new Set(environOf(String(pid)).map((assignment) => assignment.split("\n", 1)[0]));
    return (name, value) => firstLines.has(`${name}=${value}`);
  }
  const argv = ["ps", "-E", "-ww", "-o", "command=", "-p", String(pid)] as const;
  const { stdout } = await capture({ argv, cwd: "/", env, deadlineMs: 10_000 });
  return (name, value) => stdout.includes(` ${name}=${value}`);
}

function processesInProc(assignment: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && environOf(name).includes(assignment))
    .map(Number);
}

function environOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    // It has ended meanwhile, or is another user's.
    return [];
  }
}

async function processesByPs(assignment: string, env: Environ): Promise<number[]> {
  // With -E, the environment stands behind the command.
  const argv = ["ps", "-A", "-E", "-ww", "-o", "pid=,command="] as const;
  const { stdout } = await capture({ argv, cwd: "/", env, deadlineMs: 10_000 });
  return stdout
    .split("\n")
    .filter((line) => line.split(" ").includes(assignment))
    .map((line) => Number.parseInt(line, 10));
}
