/** The pane in which runs start: which one it is, what is in front there, and whether mono was called in it. */
import { resourceNameOf } from "../../environment/environment.ts";
import { programInFront } from "../../error/catalogue/scripts.ts";
import { listProcesses, type ProcessRow } from "../../process/running/processes.ts";
import { isReadingSecret } from "../../host/terminals.ts";
import { endProcesses } from "../../process/running/end-processes.ts";
import { throwIfInterrupted } from "../../process/interruption.ts";
import { listPanes, type Pane } from "../../tmux/panes.ts";
import type { Owner, Viewer } from "../owner.ts";
import { msSinceRunEnded } from "./record.ts";
import { runGraceMs } from "./end.ts";

/** Milliseconds after its start in which a command of the person's rc files may be in front of the shell. */
const shellStartMs = 5000;
const lookAtFrontEveryMs = 50;

export interface FrontOptions {
  /** Replace a program of the person's own, too. */
  readonly force: boolean;
  /** True when a standard stream of mono's is a terminal: a person has called it, and no program that reads its answer. */
  readonly isAtTerminal: boolean;
}

/** The one of a session's panes in which mono starts runs. */
export function runsPaneOf(panes: readonly Pane[]): Pane | undefined {
  return panes.find(({ isMono }) => isMono) ?? panes[0];
}

/** True when the pane is this process's terminal: a run that starts there takes the terminal away from it. */
export async function isCalledInRunsPane(
  { callersEnv, environment, home }: Viewer,
  pid: number,
): Promise<boolean> {
  // tmux gives this to everything in a pane.
  if (callersEnv["TMUX"] === undefined) return false;
  const [panes, processes] = await Promise.all([
    listPanes({ env: callersEnv, cwd: home }, resourceNameOf(environment.name)),
    listProcesses(callersEnv),
  ]);
  const tty = runsPaneOf(panes)?.tty;
  return processes.some((row) => row.pid === pid && row.tty === tty);
}

/**
 * Makes sure that no program of the person's own is in front. What may be: the pane's shell, a wrapper that becomes one,
 * and whatever has called this mono for a person, which gives way to the run.
 */
export async function clearFront(owner: Owner, pane: Pane, options: FrontOptions): Promise<void> {
  const { environment, interruption, narrator } = owner;
  const { force } = options;
  const deadline = performance.now() + (force ? 0 : shellStartMs);
  let inFront = await findInFront(owner, pane, options);
  // zsh has each command of its rc files in front while it starts: such a one goes by itself.
  while (inFront !== undefined && inFront.shellAgeMs < shellStartMs && performance.now() < deadline) {
    throwIfInterrupted(interruption);
    await Bun.sleep(lookAtFrontEveryMs);
    inFront = await findInFront(owner, pane, options);
  }
  if (inFront === undefined) return;
  if (!force) {
    throw programInFront({
      environment: environment.name,
      program: inFront.command,
      session: resourceNameOf(environment.name),
    });
  }
  if (inFront.pgid !== pane.pid) await endInFront(owner, inFront);
  narrator.warn(`${inFront.command} was in front, and has been ended, as --force says`);
}

async function endInFront({ callersEnv, interruption, narrator }: Owner, inFront: InFront): Promise<void> {
  const { command, pgid } = inFront;
  const members = async () => (await listProcesses(callersEnv)).filter((row) => row.pgid === pgid);
  await endProcesses({
    find: async () => new Set((await members()).map(({ pid }) => pid)),
    graceMs: runGraceMs,
    onKill: () => narrator.warn(`${command} did not end within ${runGraceMs / 1000} s: killed it`),
    what: `the processes of ${command}`,
    hurry: interruption.second,
  });
}

interface InFront extends Pick<ProcessRow, "command" | "pgid"> {
  readonly shellAgeMs: number;
}

/** The program in front that a run must not replace. */
async function findInFront(
  { callersEnv, paths, pid: own }: Owner,
  pane: Pane,
  { force, isAtTerminal }: FrontOptions,
): Promise<InFront | undefined> {
  if (pane.isDead) return undefined;
  const processes = await listProcesses(callersEnv);
  const shell = processes.find(({ pid }) => pid === pane.pid);
  const front = shell?.foregroundGroup ?? pane.pid;
  // A run's wrapper becomes the shell when the script has ended, and its process is older than the shell then.
  const shellAgeMs = Math.min((shell?.ageSeconds ?? 0) * 1000, msSinceRunEnded(paths) ?? Infinity);
  if (front !== pane.pid) {
    const group = processes.filter(({ pgid }) => pgid === front);
    // An agent that calls mono and reads what it prints is a program of the person's own. Its end would end mono.
    if (group.some(({ pid }) => pid === own) && (isAtTerminal || force)) return undefined;
    const program = group.find(({ pid }) => pid === front) ?? group[0];
    return program && { ...program, shellAgeMs };
  }
  // The shell itself may be in the middle of something: of that, this can be seen.
  const isSecret = await isReadingSecret(pane.tty, callersEnv);
  return isSecret ? { pgid: pane.pid, command: "a password prompt", shellAgeMs } : undefined;
}
