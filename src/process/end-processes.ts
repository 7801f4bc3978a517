import { processesNotEnded } from "../error/catalogue/processes.ts";
import { signalProcess } from "./groups.ts";

/** Milliseconds that processes may take to end before they are killed: whoever stops them waits for their ports. */
const graceMs = 3000;
/** Milliseconds that killed processes may take to be gone. */
const killDeadlineMs = 2000;
const lookEveryMs = 20;

interface EndOptions {
  /** Finds those that are left: they are looked for until there are none, as they may start more. */
  readonly find: () => Promise<ReadonlySet<number>>;
  /** What they are, for an error: "processes of the last run". */
  readonly what: string;
  /** Cuts the time short in which they may end by themselves. */
  readonly hurry: AbortSignal;
}

/** Ends processes wherever they are: SIGTERM, SIGKILL after a while. Throws when some of them cannot be ended. */
export async function endProcesses({ find, what, hurry }: EndOptions): Promise<void> {
  const told = new Set<number>();
  const start = performance.now();
  for (;;) {
    const left = await find();
    if (left.size === 0) return;
    const elapsedMs = performance.now() - start;
    if (elapsedMs > graceMs + killDeadlineMs) {
      throw processesNotEnded({ what, pids: [...left] });
    }
    const isOver = elapsedMs > graceMs || hurry.aborted;
    // What appears late is told too; what was told is not told again.
    for (const pid of isOver ? left : left.difference(told)) {
      signalProcess(pid, isOver ? "SIGKILL" : "SIGTERM");
      told.add(pid);
    }
    await Bun.sleep(lookEveryMs);
  }
}
