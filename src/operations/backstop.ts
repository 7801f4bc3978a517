import { type DetachedProcess, startDetached } from "../process/detached.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import type { Context } from "./context.ts";

/**
 * Does work that has to be undone when a signal interrupts it. Whoever sends the signal may not wait for that:
 * Conductor sends SIGHUP, and SIGKILL 200 ms later. So the signal starts a copy of mono which nobody knows of. What it is
 * called with finishes what this process has not finished when it dies, and does no harm beside it.
 */
export async function withBackstop<T>(
  context: Context,
  args: readonly string[],
  operate: () => Promise<T>,
): Promise<T> {
  const { env, executable, home, interruption } = context;
  throwIfInterrupted(interruption);
  let copy: DetachedProcess | undefined;
  const onSignal = () => {
    copy = startDetached([executable, ...args], home.home, env);
  };
  interruption.first.addEventListener("abort", onSignal);
  try {
    return await operate();
  } finally {
    interruption.first.removeEventListener("abort", onSignal);
    // This process has come to its end: the copy has nothing to do any more.
    copy?.end();
  }
}
