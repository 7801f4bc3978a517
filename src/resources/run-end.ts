/** The end of a run: of its process group, and of whatever carries its token, wherever that has gone. */
import { resourceNameOf } from "../environment/environment.ts";
import { runTokenVariable } from "../environment/variables.ts";
import { listProcesses, processesWith } from "../host/processes.ts";
import { endProcesses } from "../process/end-processes.ts";
import { listPanes } from "../tmux/panes.ts";
import type { RunOwner } from "./owner.ts";
import { groupOfRun, statusOfRun } from "./run-record.ts";

/** Ends every process of a run: SIGTERM, SIGKILL after a while. Throws when some of it cannot be ended. */
export async function endRun(owner: RunOwner, token: string): Promise<void> {
  await endProcesses({
    find: () => processesOfRun(owner, token),
    what: "processes of the last run",
    hurry: owner.interruption.second,
  });
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
