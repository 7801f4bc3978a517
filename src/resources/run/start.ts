/** A run: the run script in mono's pane of the session, from its start until the next one takes its place. */
import { existsSync, rmSync } from "node:fs";
import { resourceNameOf } from "../../environment/environment.ts";
import { runNotStarted } from "../../error/catalogue/scripts.ts";
import { noPane } from "../../error/catalogue/session.ts";
import { effect } from "../../process/effects.ts";
import { throwIfInterrupted, whileUndoing } from "../../process/interruption.ts";
import { poll } from "../../process/poll.ts";
import { writeScript } from "../script-file.ts";
import { markPane, respawnPane } from "../../tmux/panes.ts";
import { changeSession, lookAtSession } from "../../tmux/sessions.ts";
import type { Owner } from "../owner.ts";
import { endRun } from "./end.ts";
import { groupOfRun, lastRun, outputOf, recordRun, statusOfRun } from "./record.ts";
import { endFileOf } from "./parts.ts";
import { outputCollector, runWrapper } from "./wrapper.ts";
import { clearFront, type FrontOptions, runsPaneOf } from "./pane.ts";
import { tmuxOf, variableUpdates } from "../session.ts";

/** Milliseconds that a pane may take to start its script. */
const startDeadlineMs = 20_000;
/** Milliseconds in which the status and the last output of a run that has ended are written. */
const lastWordsDeadlineMs = 1000;
const lookEveryMs = 5;

export interface RunOptions extends FrontOptions {
  readonly token: string;
  /** The file of this program, which collects the output. */
  readonly executable: string;
}

/**
 * Starts the script in mono's pane. A run of ours that still runs is ended first; a program of the person's own in
 * front of the shell is left alone: an error names it.
 *
 * When this mono was called in that pane, the start takes its terminal away and sends it SIGHUP, as to everything there.
 * So from that moment on no signal is looked at: the run has started, and what is left to do needs no terminal.
 */
export async function startRun(
  owner: Owner,
  script: string,
  { executable, token, ...options }: RunOptions,
): Promise<void> {
  const { environment, narrator, paths } = owner;
  const output = outputOf(paths, token);
  const session = resourceNameOf(environment.name);
  const tmux = tmuxOf(owner);
  const found = await lookAtSession(tmux, session);
  const pane = runsPaneOf(found?.panes ?? []);
  if (found === undefined || pane === undefined) throw noPane({ session });
  await endLastRun(owner);
  await clearFront(owner, pane, options);
  const startedAt = performance.now();
  throwIfInterrupted(owner.interruption);
  writeScript(paths.runScript, script);
  recordRun(paths, token);
  const command = runWrapper({ paths, token, shell: found.shell });
  const commands = [
    ...variableUpdates(owner, found, pane),
    ...respawnPane(pane.id, environment.path, command, outputCollector(executable, output, token)),
    markPane(pane.id),
  ];
  try {
    await changeSession(tmux, session, commands);
    // It has started when its group is written down.
    const look = { everyMs: lookEveryMs, deadlineMs: startDeadlineMs };
    const group = await poll(() => groupOfRun(paths, token), look);
    if (group === undefined) throw runNotStarted({ seconds: startDeadlineMs / 1000 });
  } catch (error) {
    await endFailedRun(owner, token);
    throw error;
  }
  narrator.done(`started the run script in tmux session ${session}`, startedAt);
}

/** Ends a run whose start has failed after tmux was told of it; one that is still on its way finds no script. */
async function endFailedRun(owner: Owner, token: string): Promise<void> {
  const { interruption, narrator, paths } = owner;
  effect("removing a script", () => rmSync(paths.runScript, { force: true }));
  await endRun({ ...owner, interruption: whileUndoing(interruption) }, token, {
    warn: (text) => narrator.warn(text),
  });
  if (groupOfRun(paths, token) !== undefined) narrator.warn("the run script had started: it was ended");
}

/** Ends what still runs of the last run, also what it has left in the background. */
async function endLastRun(owner: Owner): Promise<void> {
  const { interruption, narrator, paths } = owner;
  const token = lastRun(paths);
  if (token === undefined) return;
  const isGoingOn = groupOfRun(paths, token) !== undefined && statusOfRun(paths, token) === undefined;
  const startedAt = performance.now();
  await endRun(owner, token, { warn: (text) => narrator.warn(text) });
  if (!isGoingOn) return;
  // Its followers want both; a wrapper that a reboot took writes nothing any more.
  const isWritten = () =>
    statusOfRun(paths, token) !== undefined && existsSync(endFileOf(outputOf(paths, token)));
  await poll(() => isWritten() || undefined, {
    everyMs: lookEveryMs,
    deadlineMs: lastWordsDeadlineMs,
    stop: interruption.first,
  });
  narrator.done("ended the run that was still going", startedAt);
}
