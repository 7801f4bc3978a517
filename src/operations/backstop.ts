import { type DetachedProcess, startDetached } from "../process/detached.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import type { Context } from "./context.ts";

/**
 * Does work that has to be undone when a signal interrupts it. Whoever sends the signal may not wait for that:
 * Conductor sends SIGHUP, and SIGKILL 200 ms later. So the signal starts a copy of mono which nobody knows of. It waits
 * for the environment's lock, and finishes what this process has not finished when it dies.
 */
export async function withBackstop<T>(context: Context, path: string, operate: () => Promise<T>): Promise<T> {
  const { env, executable, home, interruption } = context;
  throwIfInterrupted(interruption);
  let copy: DetachedProcess | undefined;
  const onSignal = () => {
    copy = startDetached([executable, "destroy", "--interrupted", path], home.home, env);
  };
  interruption.first.addEventListener("abort", onSignal);
  try {
    return await operate();
  } finally {
    interruption.first.removeEventListener("abort", onSignal);
    // This process holds the lock still: the copy has done nothing, and has nothing to do.
    copy?.end();
  }
}
