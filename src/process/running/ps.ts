/**
 * Processes as `ps` shows them on a system without /proc.
 *
 * `lstart` is written in the caller's locale and time zone, and another mono must read the same text: every call of `ps`
 * gets a fixed locale and zone. `-ww` keeps it from cutting lines at the width of a terminal.
 */
import {
  noAnswer,
  programMissing,
  processesNotListed,
  psForbidden,
} from "../../error/catalogue/processes.ts";
import { isSystemError } from "../../error/mono-error.ts";
import type { Environ } from "../child.ts";
import { beginSpan } from "../timings.ts";
import type { SeenProcess } from "./processes.ts";

const deadlineMs = 30_000;

/** What `ps` prints with these options; empty when it finds none of the processes asked for. */
export async function askPs(options: readonly string[], env: Environ = {}): Promise<string> {
  const endSpan = beginSpan(`ps ${options.join(" ")}`);
  const child = startPs(options, env);
  const [exitCode, stdout, stderr] = await Promise.all([
    child.exited,
    child.stdout.text(),
    child.stderr.text(),
  ]);
  endSpan();
  if (child.signalCode === "SIGKILL") throw noAnswer({ command: "ps", seconds: deadlineMs / 1000 });
  // It exits 1 without a word when there is no such process.
  if (exitCode === 0 || (exitCode === 1 && stdout + stderr === "")) return stdout;
  throw processesNotListed({ exitCode }, { details: stderr === "" ? [] : [stderr.trim()] });
}

function startPs(options: readonly string[], env: Environ) {
  const fixed = { PATH: env["PATH"] ?? process.env["PATH"] ?? "", LC_ALL: "C", TZ: "UTC0" };
  const end = { timeout: deadlineMs, killSignal: "SIGKILL" } as const;
  const streams = { stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
  try {
    // In a group of its own: Ctrl-C is for mono, which still needs the answer.
    return Bun.spawn(["ps", "-ww", ...options], { ...end, ...streams, env: fixed, cwd: "/", detached: true });
  } catch (error) {
    if (isSystemError(error, "ENOENT")) throw programMissing({ program: "ps" }, { cause: error });
    // A sandbox forbids programs that run as root, as ps does on a Mac.
    if (isSystemError(error, "EPERM") || isSystemError(error, "EACCES"))
      throw psForbidden({}, { cause: error });
    throw error;
  }
}

export const psColumns = "pid=,ppid=,pgid=,tpgid=,tty=,stat=,etime=,lstart=,comm=";

const row =
  /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+ \S+ [ \d]\d [\d:]{8} \d{4})\s+(.*)$/;

/** Reads a line of `psColumns`; undefined for an empty one. */
export function parsePsRow(line: string): SeenProcess | undefined {
  const [, pid, ppid, pgid, front, tty = "", state = "", age = "", startTime = "", command] =
    row.exec(line) ?? [];
  if (command === undefined) return undefined;
  const isOnTerminal = !tty.startsWith("?");
  return {
    pid: Number(pid),
    ppid: Number(ppid),
    pgid: Number(pgid),
    tty: isOnTerminal ? tty : "?",
    foregroundGroup: isOnTerminal ? Number(front) : -1,
    startTime,
    ageSeconds: parseAge(age),
    // A Mac shows the whole path of the program.
    command: command.startsWith("/") ? command.slice(command.lastIndexOf("/") + 1) : command,
    hasEnded: state.startsWith("Z"),
  };
}

/** `[[days-]hours:]minutes:seconds` */
function parseAge(text: string): number {
  const [seconds = 0, minutes = 0, hours = 0, days = 0] = text.split(/[-:]/).map(Number).toReversed();
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
