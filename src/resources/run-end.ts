/** The end of a run: of its process group, and of whatever carries its token, wherever that has gone. */
import { resourceNameOf } from "../environment/environment.ts";
import { runTokenVariable } from "../environment/variables.ts";
import { MonoError } from "../error/mono-error.ts";
import { listProcesses, processesWith } from "../host/processes.ts";
import { signalProcess } from "../process/groups.ts";
import { listPanes } from "../tmux/tmux.ts";
import type { RunOwner } from "./owner.ts";
import { groupOfRun, statusOfRun } from "./run-record.ts";

/** Milliseconds that a run may take to end before it is killed: whoever stops it waits for its port. */
const graceMs = 3000;
/** Milliseconds that killed processes may take to be gone. */
const killDeadlineMs = 2000;
const lookEveryMs = 20;

/** Ends every process of a run: SIGTERM, SIGKILL after a while. Throws when some of it cannot be ended. */
export async function endRun(owner: RunOwner, token: string): Promise<void> {
  const told = new Set<number>();
  const start = performance.now();
  for (;;) {
    const left = await processesOfRun(owner, token);
    if (left.size === 0) return;
    const elapsedMs = performance.now() - start;
    if (elapsedMs > graceMs + killDeadlineMs) {
      const pids = [...left].join(" ");
      throw new MonoError(`processes of the last run cannot be ended: ${pids}`, {
        hint: `end them with: sudo kill -9 ${pids}`,
      });
    }
    const isOver = elapsedMs > graceMs || owner.interruption.second.aborted;
    // What appears late is told too; what was told is not told again.
    for (const pid of isOver ? left : left.difference(told)) {
      signalProcess(pid, isOver ? "SIGKILL" : "SIGTERM");
      told.add(pid);
    }
    await Bun.sleep(lookEveryMs);
  }
}

/** Those that carry its token, and those of its group that have dropped their environment. */
async function processesOfRun(owner: RunOwner, token: string): Promise<ReadonlySet<number>> {
  const [carriers, members] = await Promise.all([
    processesWith(runTokenVariable, token, owner.callersEnv),
    membersOfRun(owner, token),
  ]);
  // A run script may call mono itself.
  return new Set([...carriers, ...members].filter((pid) => pid !== owner.pid));
}

/** Its process group, in the terminal of the session: elsewhere the number belongs to somebody else by now. */
async function membersOfRun(owner: RunOwner, token: string): Promise<readonly number[]> {
  const group = groupOfRun(owner.paths, token);
  if (group === undefined) return [];
  const [panes, processes] = await Promise.all([
    listPanes({ env: owner.callersEnv, cwd: owner.home }, resourceNameOf(owner.environment.name)),
    listProcesses(owner.callersEnv),
  ]);
  // What the script has left behind when it ended keeps the number from being used again. A leader of that number is
  // another group's then.
  const isOthers =
    statusOfRun(owner.paths, token) !== undefined && processes.some(({ pid }) => pid === group);
  if (isOthers) return [];
  const terminals = new Set(panes.map(({ tty }) => tty));
  return processes.filter(({ pgid, tty }) => pgid === group && terminals.has(tty)).map(({ pid }) => pid);
}
