import { readFileSync } from "node:fs";
import { hasProc } from "../has-proc.ts";

let known: string | undefined;

/**
 * A mark of the system's start, since process ids begin again then; empty when the system does not say. It cannot change
 * while mono runs, so it is asked for once.
 */
export function bootMark(): string {
  known ??= hasProc ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() : askSysctl();
  return known;
}

function askSysctl(): string {
  // It stands in a folder that a short PATH leaves out.
  const env = { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`, LC_ALL: "C" };
  try {
    const answer = Bun.spawnSync(["sysctl", "-n", "kern.bootsessionuuid"], { env, timeout: 10_000 });
    return answer.exitCode === 0 ? answer.stdout.toString().trim() : "";
  } catch {
    return ""; // It cannot be started: the same as a system that does not say.
  }
}
