/** Processes of this machine, as /proc and `ps` have them. */
import { readdirSync, readFileSync } from "node:fs";
import { hasProc } from "../../src/process/has-proc.ts";

/** Starts a program of the test's own that sees the system as the test does. */
export const bun: readonly [string, ...string[]] = hasProc
  ? [process.execPath]
  : [process.execPath, "--define", "BUILD_HAS_PROC=false"];

/** The text of /proc/PID/stat; empty when there is no such process. */
export function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}

/** Kills a process and all its descendants, as they are now: stop it first if it starts more. */
export function killTree(pid: number): void {
  for (const member of processTree(pid)) {
    try {
      process.kill(member, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

function processTree(pid: number): number[] {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => statOf(candidate).split(") ").at(-1)?.split(" ")[1] === String(pid));
  return [pid, ...children.flatMap(processTree)];
}

/** Every process of this machine that runs, with its arguments joined by spaces. */
export function commandLines(): readonly { readonly pid: number; readonly command: string }[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0$/, "").replaceAll("\0", " ");
      return command === "" ? [] : [{ pid: Number(pid), command }];
    } catch {
      return [];
    }
  });
}

/** True if any process of the group still runs, as `ps` has it: one that nobody has collected yet does not. */
export function isAnyRunning(pgid: number): boolean {
  const { stdout } = Bun.spawnSync(["ps", "-A", "-o", "pgid=,stat="]);
  return stdout
    .toString()
    .split("\n")
    .some((line) => new RegExp(`^\\s*${pgid}\\s+[^Z]`).test(line));
}
