import { reasonOf } from "../error/mono-error.ts";
import { type DetachedProcess, startDetached } from "../process/detached.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import type { Context } from "./context.ts";

/**
 * Does work that has to be undone when a signal interrupts it. The sender of the signal may not wait for that:
 * Conductor sends SIGHUP, and SIGKILL 200 ms later. So the signal starts a copy of mono in its own session. The copy's
 * arguments make it wait until this process has died, and then finish what this one has left unfinished.
 */
export async function withBackstop<T>(
  context: Context,
  args: readonly string[],
  operate: () => Promise<T>,
): Promise<T> {
  const { audience, env, executable, home, interruption } = context;
  throwIfInterrupted(interruption);
  let copy: DetachedProcess | undefined;
  const onSignal = () => {
    try {
      copy = startDetached([executable, ...args], home.home, env);
    } catch (error) {
      // The executable was removed or is being replaced. This process does the work all the same, unless it is killed.
      audience.warning(
        `mono itself cannot be started again: ${reasonOf(error)}: do not kill this one before it has ended`,
      );
    }
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
