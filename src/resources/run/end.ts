/** The end of a run: of its process group, of whatever carries its token, and of what is on its terminal. */
import { resourceNameOf } from "../../environment/environment.ts";
import { runTokenVariable } from "../../environment/variables.ts";
import { processesWith } from "../../process/running/carriers.ts";
import { endProcesses } from "../../process/running/end-processes.ts";
import { signalGroup, signalProcess } from "../../process/running/groups.ts";
import { listProcesses, type ProcessRow } from "../../process/running/processes.ts";
import { listPanes, type Pane } from "../../tmux/panes.ts";
import type { Owner, RunOwner } from "../owner.ts";
import { groupOfRun, isRunToken, lastRun, msSinceRunBegan, msSinceRunEnded, statusOfRun } from "./record.ts";

/** Milliseconds that a run may take to end before it is killed: as long as Docker gives a container. */
export const runGraceMs = 10_000;
/** `ps` tells ages in whole seconds, and rounds them down. */
const ageStepMs = 1000;

interface EndRunOptions {
  /** SIGINT goes to the group in front on the run's terminal, as Ctrl-C there; SIGTERM to every process of the run. */
  readonly signal?: "SIGINT" | "SIGTERM";
  /** Told when the run has not ended in time, and is killed. */
  readonly warn: (text: string) => void;
}

/** Ends what still runs of the run that was started last. */
export async function endLastRun(owner: Owner): Promise<void> {
  const token = lastRun(owner.paths);
  if (token !== undefined) await endRun(owner, token, { warn: (text) => owner.narrator.warn(text) });
}

/** Ends every process of a run, with SIGKILL after a while. Throws when some of it cannot be ended. */
export async function endRun(
  owner: RunOwner,
  token: string,
  { signal = "SIGTERM", warn }: EndRunOptions,
): Promise<void> {
  // An empty one would match every process that has the variable, and no value.
  if (!isRunToken(token)) return;
  const { callersEnv, environment, home, interruption } = owner;
  const panes = await listPanes({ env: callersEnv, cwd: home }, resourceNameOf(environment.name));
  let found: readonly ProcessRow[] = [];
  const tell = createTelling(signal, () => ({ group: groupOfRun(owner.paths, token), found }));
  await endProcesses({
    async find() {
      found = await findRun(owner, token, panes);
      return new Set(found.map(({ pid }) => pid));
    },
    tell,
    graceMs: runGraceMs,
    onKill: () => warn(`the run of ${environment.name} did not end within ${runGraceMs / 1000} s: killed it`),
    what: "processes of the last run",
    hurry: interruption.second,
  });
}

interface Found {
  /** The process group of the script, and the number of its first process. */
  readonly group: number | undefined;
  readonly found: readonly ProcessRow[];
}

/** Tells each process once; with SIGINT, those that are left when the script itself has ended get SIGTERM. */
function createTelling(signal: "SIGINT" | "SIGTERM", look: () => Found): () => void {
  const told = new Set<number>();
  let isFirst = true;
  return () => {
    const { group, found } = look();
    const leader = found.find(({ pid }) => pid === group);
    if (signal === "SIGINT" && leader !== undefined) {
      const isFront = found.some(({ pgid }) => pgid === leader.foregroundGroup);
      if (isFirst) signalGroup(isFront ? leader.foregroundGroup : leader.pgid, "SIGINT");
    } else {
      for (const { pid } of found) if (!told.has(pid)) signalProcess(pid, "SIGTERM");
      for (const { pid } of found) told.add(pid);
    }
    isFirst = false;
  };
}

async function findRun(
  owner: RunOwner,
  token: string,
  panes: readonly Pane[],
): Promise<readonly ProcessRow[]> {
  const [carriers, processes] = await Promise.all([
    processesWith(runTokenVariable, token, owner.callersEnv),
    listProcesses(owner.callersEnv),
  ]);
  // Any of these is enough: a system may hide environments, and a process may leave its group or its terminal.
  const found = new Set(carriers);
  for (const { pid } of membersOf(owner, token, processes, panes)) found.add(pid);
  for (const { pid } of onTerminalOf(owner, token, processes, panes)) found.add(pid);
  // A run script may call mono itself.
  return processes.filter(({ pid }) => pid !== owner.pid && found.has(pid));
}

/** Its process group, on a terminal of the session; elsewhere only if its first process is still the one of the run. */
function membersOf(
  { paths }: RunOwner,
  token: string,
  processes: readonly ProcessRow[],
  panes: readonly Pane[],
): readonly ProcessRow[] {
  const group = groupOfRun(paths, token);
  if (group === undefined) return [];
  const leader = processes.find(({ pid }) => pid === group);
  // What the script has left when it ended keeps the number from being used again. A leader of that number leads
  // another group then.
  if (leader !== undefined && statusOfRun(paths, token) !== undefined) return [];
  const terminals = new Set(panes.map(({ tty }) => tty));
  const begunMs = msSinceRunBegan(paths) ?? 0;
  const isLeaders = leader !== undefined && Math.abs(leader.ageSeconds * 1000 - begunMs) < 2 * ageStepMs;
  return processes.filter(({ pgid, tty }) => pgid === group && (isLeaders || terminals.has(tty)));
}

/** What the run has started on its terminal; what the person has started there since its end is theirs. */
function onTerminalOf(
  { paths }: RunOwner,
  token: string,
  processes: readonly ProcessRow[],
  panes: readonly Pane[],
): readonly ProcessRow[] {
  const pane = panes.find(({ isMono }) => isMono);
  const begunMs = groupOfRun(paths, token) === undefined ? undefined : msSinceRunBegan(paths);
  const wrapper = processes.find(({ pid }) => pid === pane?.pid);
  if (pane === undefined || wrapper === undefined || begunMs === undefined) return [];
  // A pane that was made after the run began is not the run's.
  if ((wrapper.ageSeconds + 1) * 1000 < begunMs) return [];
  const hasEnded = statusOfRun(paths, token) !== undefined;
  const endedMs = hasEnded ? (msSinceRunEnded(paths) ?? Infinity) : 0;
  return processes.filter(
    ({ ageSeconds, pgid, tty }) =>
      tty === pane.tty && pgid !== pane.pid && (!hasEnded || ageSeconds * 1000 > endedMs + ageStepMs),
  );
}
