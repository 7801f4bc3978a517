/** A run: the run script in mono's pane of the session, from its start until the next one takes its place. */
import { resourceNameOf } from "../environment/environment.ts";
import { calledInRunsPane, programInFront, runNotStarted } from "../error/catalogue/scripts.ts";
import { noPane } from "../error/catalogue/session.ts";
import { listProcesses, type ProcessRow } from "../host/processes.ts";
import { isReadingSecret } from "../host/terminals.ts";
import { endGroup } from "../process/groups.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { writeScript } from "./script-file.ts";
import type { Tmux } from "../tmux/call.ts";
import { listPanes, markPane, type Pane, respawnPane } from "../tmux/panes.ts";
import { changeSession, shellOf } from "../tmux/sessions.ts";
import type { Owner } from "./owner.ts";
import { endRun } from "./run-end.ts";
import { groupOfRun, lastRun, msSinceRunEnded, outputOf, recordRun, statusOfRun } from "./run-record.ts";
import { outputCollector, runWrapper } from "./run-wrapper.ts";
import { graceMs, tmuxOf, updateVariables } from "./session.ts";

/** Milliseconds that a pane may take to start its script. */
const startDeadlineMs = 20_000;
/** Milliseconds in which a wrapper writes down that its script has ended. */
const statusDeadlineMs = 500;
/** Milliseconds after its start in which a command of the person's rc files may be in front of the shell. */
const shellStartMs = 5000;
const lookEveryMs = 5;
const lookAtFrontEveryMs = 50;

/** A token that no other run has. */
export function createRunToken(): string {
  return crypto.getRandomValues(new Uint8Array(12)).toHex();
}

export interface RunOptions {
  readonly token: string;
  /** Replace a program of the person's own, too. */
  readonly force: boolean;
}

/**
 * Starts the script in mono's pane. A run of ours that still goes on is ended first; a program of the person's own in
 * front of the shell is left alone: an error names it.
 */
export async function startRun(owner: Owner, script: string, { token, force }: RunOptions): Promise<void> {
  const { environment, narrator, paths } = owner;
  const session = resourceNameOf(environment.name);
  const tmux = tmuxOf(owner);
  const pane = await requirePane(tmux, session);
  await endLastRun(owner);
  await clearFront(owner, pane, force);
  const startedAt = performance.now();
  throwIfInterrupted(owner.interruption);
  writeScript(paths.runScript, script);
  recordRun(paths, token);
  const command = runWrapper({ paths, token, shell: await shellOf(tmux, session) });
  await changeSession(tmux, session, [
    ...(await updateVariables(owner, pane)),
    ...respawnPane(pane.id, environment.path, command, outputCollector(outputOf(paths, token), token)),
    markPane(pane.id),
  ]);
  // It has started when its group is written down.
  await waitFor(
    () => groupOfRun(paths, token) !== undefined,
    startDeadlineMs,
    () => {
      throw runNotStarted({ seconds: startDeadlineMs / 1000 });
    },
  );
  narrator.done(`started the run script in tmux session ${session}`, startedAt);
}

async function requirePane(tmux: Tmux, session: string): Promise<Pane> {
  const panes = await listPanes(tmux, session);
  const pane = panes.find(({ isMono }) => isMono) ?? panes[0];
  if (pane === undefined) throw noPane({ session });
  return pane;
}

/** Ends what still runs of the last run, also what it has left in the background. */
async function endLastRun(owner: Owner): Promise<void> {
  const { narrator, paths } = owner;
  const token = lastRun(paths);
  if (token === undefined) return;
  const isGoingOn = groupOfRun(paths, token) !== undefined && statusOfRun(paths, token) === undefined;
  const startedAt = performance.now();
  await endRun(owner, token);
  if (!isGoingOn) return;
  // Whoever follows it wants to know; a wrapper that a reboot took writes nothing any more.
  await waitFor(
    () => statusOfRun(paths, token) !== undefined,
    statusDeadlineMs,
    () => {},
  );
  narrator.done("ended the run that was still going", startedAt);
}

/** Makes sure that no program of the person's own is in front: the pane's shell, or a wrapper that becomes one, may be. */
async function clearFront(owner: Owner, pane: Pane, force: boolean): Promise<void> {
  const { environment, interruption, narrator } = owner;
  const deadline = performance.now() + (force ? 0 : shellStartMs);
  let inFront = await findInFront(owner, pane);
  // zsh has each command of its rc files in front while it starts: such a one goes by itself.
  while (inFront?.isCaller === false && inFront.shellAgeMs < shellStartMs && performance.now() < deadline) {
    throwIfInterrupted(interruption);
    await Bun.sleep(lookAtFrontEveryMs);
    inFront = await findInFront(owner, pane);
  }
  if (inFront === undefined) return;
  // Also with --force: mono would end itself before the run has begun.
  if (inFront.isCaller) throw calledInRunsPane({ environment: environment.name });
  if (!force) {
    throw programInFront({
      environment: environment.name,
      program: inFront.command,
      session: resourceNameOf(environment.name),
    });
  }
  if (inFront.pgid !== pane.pid) await endGroup(inFront.pgid, graceMs, interruption.second);
  narrator.warn(`${inFront.command} was in front, and has been ended, as --force says`);
}

/** The program in front, unless it is what tmux has started in the pane, and waits for a command. */
async function findInFront({ callersEnv, paths, pid: own }: Owner, pane: Pane): Promise<InFront | undefined> {
  const processes = await listProcesses(callersEnv);
  const shell = processes.find(({ pid }) => pid === pane.pid);
  const front = shell?.foregroundGroup ?? pane.pid;
  // A run's wrapper becomes the shell when the script has ended, and its process is older than the shell then.
  const shellAgeMs = Math.min((shell?.ageSeconds ?? 0) * 1000, msSinceRunEnded(paths) ?? Infinity);
  if (front !== pane.pid) {
    const program = processes.find(({ pgid }) => pgid === front);
    const isCaller = processes.some(({ pgid, pid }) => pid === own && pgid === front);
    return program && { ...program, shellAgeMs, isCaller };
  }
  // The shell itself may be in the middle of something: of that, this can be seen.
  const isSecret = await isReadingSecret(pane.tty, callersEnv);
  return isSecret ? { pgid: pane.pid, command: "a password prompt", shellAgeMs, isCaller: false } : undefined;
}

interface InFront extends Pick<ProcessRow, "command" | "pgid"> {
  readonly shellAgeMs: number;
  /** True when it is this mono, or what has called it. */
  readonly isCaller: boolean;
}

async function waitFor(condition: () => boolean, deadlineMs: number, onDeadline: () => void): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > deadline) {
      onDeadline();
      return;
    }
    await Bun.sleep(lookEveryMs);
  }
}
