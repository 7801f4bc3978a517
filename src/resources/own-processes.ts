/**
 * The processes of an environment: all that carry its token, are on a terminal of its session, or were started by such
 * a process. A script or an agent may have put them in a session of their own, where no group or terminal shows it.
 *
 * Those that only work in the workspace or the data folder may be a person's shell or editor: they are named, never ended.
 */
import { findProcessFolders } from "../process/running/folders.ts";
import { processesWith } from "../process/running/carriers.ts";
import { endProcesses } from "../process/running/end-processes.ts";
import { signalProcess } from "../process/running/groups.ts";
import { listProcesses, type ProcessRow } from "../process/running/processes.ts";
import type { ServerAndTerminals } from "../tmux/sessions.ts";
import { markVariable } from "../environment/variables.ts";
import type { Owner } from "./owner.ts";

/** Milliseconds that a supervisor has to end its children before those are sent SIGTERM themselves. */
const supervisorsMs = 1000;
const graceMs = 4000;
/** If the folder is a home folder, everything that the person has started may be running in it. */
const mostNamed = 10;

/** What is recorded before the session ends, since others can get its terminals' names after that. */
export interface Sight {
  /** What was found, and what it has started since: process ids with their start times. */
  readonly known: Map<number, string>;
  /** The terminals of other sessions on the same tmux server, which a script may have started with the token. */
  readonly othersTerminals: ReadonlySet<string>;
  /** The tmux server: other sessions are on it. */
  readonly server: number | undefined;
}

interface Surroundings extends ServerAndTerminals {
  /** What the environment's session is called now; undefined when it is not there. */
  readonly session: string | undefined;
}

/** Looks at the processes of the environment; those on its session's terminals, too, if `withTerminals` says so. */
export async function sightOwnProcesses(
  owner: Owner,
  { server, session, terminals }: Surroundings,
  { withTerminals }: { readonly withTerminals: boolean },
): Promise<Sight> {
  const processes = await listProcesses(owner.callersEnv);
  // A pane may have ended since tmux was asked: its terminal may be somebody else's by now.
  const held = new Set(
    processes.filter(({ pid, tty }) => terminals.get(tty)?.pid === pid).map(({ tty }) => tty),
  );
  const isOnOwn = ({ tty }: ProcessRow) =>
    session !== undefined && terminals.get(tty)?.session === session && held.has(tty);
  const others = [...terminals].filter(([, { session: name }]) => name !== session || !withTerminals);
  const known = new Map(
    processes.filter((row) => withTerminals && isOnOwn(row)).map(({ pid, startTime }) => [pid, startTime]),
  );
  return { known, othersTerminals: new Set(others.map(([tty]) => tty)), server: server.pid };
}

/** Ends all processes of the environment but this one and those that it was called by. */
export async function endOwnProcesses(owner: Owner, sight: Sight): Promise<void> {
  const { known, othersTerminals, server } = sight;
  let rows: readonly ProcessRow[] = [];
  await endProcesses({
    async find() {
      const [processes, carriers] = await Promise.all([
        listProcesses(owner.callersEnv),
        processesWith(markVariable, owner.environment.mark, owner.callersEnv),
      ]);
      const marked = new Set(carriers);
      const spared = sparedOf(processes, owner.pid, server);
      const isSeed = (row: ProcessRow) => marked.has(row.pid) || known.get(row.pid) === row.startTime;
      const isSpared = (row: ProcessRow) => spared.has(row.pid) || othersTerminals.has(row.tty);
      rows = withDescendants(processes, isSeed, isSpared);
      // Once its parent has ended, a child can no longer be traced to it, and its own environment may be hidden.
      for (const { pid, startTime } of rows) known.set(pid, startTime);
      return new Set(rows.map(({ pid }) => pid));
    },
    tell: createTelling(() => rows),
    graceMs,
    what: "processes of the environment",
    hurry: owner.interruption.second,
  });
}

/** This process, what it was called by, all of its group, and the tmux server, which other sessions are on. */
function sparedOf(
  processes: readonly ProcessRow[],
  own: number,
  server: number | undefined,
): ReadonlySet<number> {
  const byPid = new Map(processes.map((row) => [row.pid, row]));
  const spared = new Set(server === undefined ? [] : [server]);
  for (let row = byPid.get(own); row !== undefined && !spared.has(row.pid); row = byPid.get(row.ppid))
    spared.add(row.pid);
  const group = byPid.get(own)?.pgid;
  for (const { pgid, pid } of processes) if (pgid === group) spared.add(pid);
  return spared;
}

/** The seeds and all that they have started, but for those that are spared, and what those have started. */
export function withDescendants(
  processes: readonly ProcessRow[],
  isSeed: (row: ProcessRow) => boolean,
  isSpared: (row: ProcessRow) => boolean,
): readonly ProcessRow[] {
  const children = Map.groupBy(processes, ({ ppid }) => ppid);
  const found = new Map<number, ProcessRow>();
  const add = (row: ProcessRow) => {
    if (isSpared(row) || found.has(row.pid)) return;
    found.set(row.pid, row);
    for (const child of children.get(row.pid) ?? []) add(child);
  };
  for (const row of processes) if (isSeed(row)) add(row);
  return [...found.values()];
}

/** Sends each process SIGTERM once: first those whose parent is not among them, later the others that are left. */
function createTelling(look: () => readonly ProcessRow[]): () => void {
  const told = new Set<number>();
  const startedAt = performance.now();
  return () => {
    const rows = look();
    const pids = new Set(rows.map(({ pid }) => pid));
    const mayWait = performance.now() - startedAt < supervisorsMs;
    for (const { pid, ppid } of rows) {
      if (told.has(pid) || (mayWait && pids.has(ppid))) continue;
      signalProcess(pid, "SIGTERM");
      told.add(pid);
    }
  };
}

/** Names the processes that work in the environment's folders, and are not known to be its own. */
export async function nameOthersInside(owner: Owner): Promise<void> {
  const { callersEnv, environment, narrator, paths, pid: own } = owner;
  const folders = [environment.path, paths.dataFolder];
  const inside = findProcessFolders(folders);
  if (inside.size === 0) return;
  const processes = await listProcesses(callersEnv);
  const spared = sparedOf(processes, own, undefined);
  const others = processes.filter(({ pid }) => inside.has(pid) && !spared.has(pid));
  if (others.length === 0) return;
  const names = others.slice(0, mostNamed).map(({ command, pid }) => `${command} (pid ${pid})`);
  const rest = others.length - names.length;
  const listed = rest === 0 ? names.join(", ") : `${names.join(", ")} and ${rest} more`;
  narrator.warn(`left alone, since nothing shows that they are the environment's: ${listed}`);
}
