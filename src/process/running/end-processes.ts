import { processesNotEnded } from "../../error/catalogue/processes.ts";
import { hasProc } from "../has-proc.ts";
import { signalProcess } from "./groups.ts";

/** Milliseconds that processes may take to end before they are killed, unless the caller gives them more. */
const usualGraceMs = 3000;
/** Milliseconds that killed processes may take to be gone. */
const killDeadlineMs = 2000;
/** Without /proc each look starts a program: looks are close together only while an end is likely. */
const firstLookMs = hasProc ? 2 : 50;
const mostLookMs = 200;

interface EndOptions {
  /** Finds those that are left: they are looked for until there are none, as they may start more. */
  readonly find: () => Promise<ReadonlySet<number>>;
  /** Tells the processes that were found to end, after each look; by default each process gets SIGTERM once. */
  readonly tell?: (left: ReadonlySet<number>) => void;
  /** What they are, for an error: "processes of the last run". */
  readonly what: string;
  /** Cuts the time short in which they may end by themselves. */
  readonly hurry: AbortSignal;
  readonly graceMs?: number;
  /** Called when the time is over, before anything is killed. */
  readonly onKill?: () => void;
}

/** Ends processes wherever they are: SIGTERM, SIGKILL after a while. Throws when some of them cannot be ended. */
export async function endProcesses(options: EndOptions): Promise<void> {
  const { find, graceMs = usualGraceMs, hurry, onKill, tell = tellOnce(), what } = options;
  const start = performance.now();
  let killedAt: number | undefined;
  let lookMs = firstLookMs;
  for (;;) {
    const left = await find();
    if (left.size === 0) return;
    const now = performance.now();
    if (killedAt !== undefined && now - killedAt > killDeadlineMs)
      throw processesNotEnded({ what, pids: [...left] });
    if (now - start > graceMs || hurry.aborted) {
      if (killedAt === undefined && !hurry.aborted) onKill?.();
      killedAt ??= now;
      lookMs = firstLookMs;
      for (const pid of left) signalProcess(pid, "SIGKILL");
    } else {
      tell(left);
    }
    await Bun.sleep(lookMs);
    lookMs = Math.min(2 * lookMs, mostLookMs);
  }
}

/** Processes that appear late get the signal too; none gets it twice. */
function tellOnce(): (left: ReadonlySet<number>) => void {
  const told = new Set<number>();
  return (left) => {
    for (const pid of left.difference(told)) {
      signalProcess(pid, "SIGTERM");
      told.add(pid);
    }
  };
}
