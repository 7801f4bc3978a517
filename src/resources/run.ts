/** A run: the run script in mono's pane of the session, from its start until the next one takes its place. */
import { readFileSync, rmSync } from "node:fs";
import { resourceNameOf } from "../environment/environment.ts";
import { isSystemError, MonoError } from "../error/mono-error.ts";
import { listProcesses, type ProcessRow } from "../host/processes.ts";
import { endGraceMs } from "../process/child.ts";
import { endGroup } from "../process/groups.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { writeScript } from "../process/script-file.ts";
import { changeSession, listPanes, literal, markPane, type Pane, shellOf, type Tmux } from "../tmux/tmux.ts";
import type { Owner } from "./owner.ts";
import { runWrapper } from "./run-wrapper.ts";
import { sessionVariables, setVariables, tmuxOf } from "./session.ts";

/** Milliseconds that a pane may take to start its script. */
const startDeadlineMs = 20_000;

/**
 * Starts the script in mono's pane. A run of ours that still goes on is ended first; a program of the person's own in
 * front of the shell is left alone: an error names it.
 */
export async function startRun(owner: Owner, script: string): Promise<void> {
  const { environment, narrator, paths } = owner;
  const session = resourceNameOf(environment.name);
  const tmux = tmuxOf(owner);
  const pane = await requirePane(tmux, session);
  await clearPane(owner, pane);
  const startedAt = performance.now();
  throwIfInterrupted(owner.interruption);
  writeScript(paths.runScript, script);
  for (const file of [paths.runStatus, paths.runGroup]) rmSync(file, { force: true });
  const command = runWrapper({ paths, shell: await shellOf(tmux, session) });
  await changeSession(tmux, session, [
    ...setVariables(sessionVariables(owner)),
    { name: "respawn-pane", args: ["-k", "-t", pane.id, "-c", literal(environment.path), ...command] },
    markPane(pane.id),
  ]);
  await waitForStart(paths.runGroup);
  narrator.done(`started the run script in tmux session ${session}`, startedAt);
}

async function requirePane(tmux: Tmux, session: string): Promise<Pane> {
  const panes = await listPanes(tmux, session);
  const pane = panes.find(({ isMono }) => isMono) ?? panes[0];
  if (pane === undefined) throw new MonoError(`the tmux session ${session} has no pane`);
  return pane;
}

/** Makes the pane free for a run. */
async function clearPane(
  { callersEnv, environment, interruption, narrator, paths }: Owner,
  pane: Pane,
): Promise<void> {
  const processes = await listProcesses(callersEnv);
  const shell = processes.find(({ pid }) => pid === pane.pid);
  const running = readRunGroup(paths.runGroup);
  const isOurs = (row: ProcessRow) => row.pgid === running && row.tty === pane.tty;
  const front = shell?.foregroundGroup ?? pane.pid;
  const inFront = processes.find(({ pgid }) => pgid === front && front !== pane.pid);
  if (inFront !== undefined && !isOurs(inFront)) {
    throw new MonoError(
      `cannot start the run script of ${environment.name}: ${inFront.command} is in front in its terminal`,
      {
        hint: `end it there first: tmux attach -t ${resourceNameOf(environment.name)}`,
      },
    );
  }
  if (running === undefined || !processes.some(isOurs)) return;
  const startedAt = performance.now();
  await endGroup(running, endGraceMs, interruption.second);
  narrator.done("ended the run that was still going", startedAt);
}

/** The process group of the run that was started last, if its file is there and whole. */
function readRunGroup(file: string): number | undefined {
  try {
    const group = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isSafeInteger(group) && group > 1 ? group : undefined;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** The script has started when its group is written down; until then another run could not tell it from a stranger. */
async function waitForStart(runGroup: string): Promise<void> {
  const deadline = performance.now() + startDeadlineMs;
  while (readRunGroup(runGroup) === undefined) {
    if (performance.now() > deadline)
      throw new MonoError("the run script did not start: its pane runs nothing");
    await Bun.sleep(5);
  }
}
