/**
 * The effects of mono, in the order in which they happen: a process started, a row inserted, a file replaced.
 *
 * Every effect passes through here, so that a test can kill mono before and after each of them, rather than at times
 * that it has to guess. With `MONO_TRACE_EFFECTS=<file>` the points before and after each effect are written to that
 * file, a line each; with `MONO_STOP_AT_EFFECT=<point>` mono stops itself (SIGSTOP) at that point, or with `<point> #<n>` where it
 * stands in the file for the nth time, and the process that has started mono decides what becomes of it. Without them a
 * point costs one comparison.
 */
import { appendFileSync, readFileSync } from "node:fs";

const traceFile = process.env["MONO_TRACE_EFFECTS"];
const stopAt = process.env["MONO_STOP_AT_EFFECT"];

/** Does something that outlives mono. `what` completes "before …" and "after …". */
export function effect<T>(what: string, act: () => T): T {
  reach(`before ${what}`);
  const result = act();
  reach(`after ${what}`);
  return result;
}

/** A point between two effects, or one that a process has had on its own. */
export function reach(point: string): void {
  if (traceFile === undefined) return;
  appendFileSync(traceFile, `${point}\n`);
  if (stopAt === undefined) return;
  if (stopAt !== point && stopAt !== `${point} #${countIn(traceFile, point)}`) return;
  process.kill(process.pid, "SIGSTOP");
  // Another thread may take the signal: this one must not get any further meanwhile.
  Bun.sleepSync(50);
}

function countIn(file: string, point: string): number {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line === point).length;
}
