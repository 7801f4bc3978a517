/** The tmux session of an environment: `mono-<name>`, in the workspace, with the environment's variables. */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { engineVariables } from "../docker/engine.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { isSystemError, MonoError } from "../error/mono-error.ts";
import { endGraceMs, type Environ } from "../process/child.ts";
import { endGroup } from "../process/groups.ts";
import { listProcesses, type ProcessRow } from "../host/processes.ts";
import { type SessionCommand, thisSession } from "../tmux/source-text.ts";
import {
  changeSession,
  createSession,
  globalVariables,
  hasSession,
  isWorkspaceVariable,
  killSession,
  listPanes,
  markPane,
  type Pane,
  shellOf,
  type Tmux,
} from "../tmux/tmux.ts";
import type { Owner } from "./owner.ts";
import { runWrapper } from "./run-wrapper.ts";

export function tmuxOf({ callersEnv, home }: Owner): Tmux {
  return { env: callersEnv, cwd: home };
}

/** Makes the session if it is not there. Returns its name. */
export async function ensureSession(owner: Owner): Promise<void> {
  const { environment, narrator } = owner;
  const session = resourceNameOf(environment.name);
  const tmux = tmuxOf(owner);
  if (await hasSession(tmux, session)) return;
  const startedAt = performance.now();
  const leftovers = (await globalVariables(tmux)).filter((name) => isWorkspaceVariable(name));
  await createSession(tmux, session, environment.path, [
    ...leftovers.map((name) => ({ name: "set-environment", args: ["-r", "-t", thisSession, name] })),
    ...setVariables(sessionVariables(owner)),
  ]);
  const [pane] = await listPanes(tmux, session);
  if (pane !== undefined) await changeSession(tmux, session, [markPane(pane.id)]);
  narrator.done(`created tmux session ${session}`, startedAt);
}

/** The environment's own variables, and what of the caller's belongs to the workspace. */
function sessionVariables({ callersEnv, environment, variables }: Owner): Environ {
  const isWorkspaces = (name: string) =>
    name === "PATH" || name === "MONO_HOME" || name.startsWith("CONDUCTOR_") || name === "COMPOSE_PROFILES";
  const own = Object.entries(callersEnv).filter(([name]) => isWorkspaces(name));
  return { ...Object.fromEntries(own), ...engineVariables(environment.engine), ...variables() };
}

function setVariables(variables: Environ): SessionCommand[] {
  return Object.entries(variables).map(([name, value]) => ({
    name: "set-environment",
    args: ["-t", thisSession, name, value],
  }));
}

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
  replaceFile(paths.runScript, script);
  rmSync(paths.runStatus, { force: true });
  const command = runWrapper({ paths, shell: await shellOf(tmux, session) });
  await changeSession(tmux, session, [
    ...setVariables(sessionVariables(owner)),
    { name: "respawn-pane", args: ["-k", "-t", pane.id, "-c", environment.path, ...command] },
    markPane(pane.id),
  ]);
  narrator.done(`started the run script in tmux session ${session}`, startedAt);
}

async function requirePane(tmux: Tmux, session: string): Promise<Pane> {
  const panes = await listPanes(tmux, session);
  const pane = panes.find(({ isMono }) => isMono) ?? panes[0];
  if (pane === undefined) throw new MonoError(`the tmux session ${session} has no pane`);
  return pane;
}

/** Makes the pane free for a run. */
async function clearPane({ callersEnv, environment, narrator, paths }: Owner, pane: Pane): Promise<void> {
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
  await endGroup(running, endGraceMs);
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

function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text.endsWith("\n") ? text : `${text}\n`, { mode: 0o600 });
  if (text.startsWith("#!")) chmodSync(`${file}.new`, 0o700);
  renameSync(`${file}.new`, file);
}

/** Ends the session and everything that was started in its panes, also what ignores the hang-up. */
export async function removeSession(owner: Owner): Promise<void> {
  const { callersEnv, environment, interruption, narrator } = owner;
  const session = resourceNameOf(environment.name);
  const tmux = tmuxOf(owner);
  if (!(await hasSession(tmux, session))) return;
  const startedAt = performance.now();
  const terminals = new Set((await listPanes(tmux, session)).map((pane) => pane.tty));
  const groups = new Set(
    (await listProcesses(callersEnv)).filter(({ tty }) => terminals.has(tty)).map(({ pgid }) => pgid),
  );
  await killSession(tmux, session);
  const ended = await Promise.all(
    [...groups].map((group) => endGroup(group, endGraceMs, interruption.second)),
  );
  if (ended.includes(false)) throw new MonoError(`a process of the tmux session ${session} cannot be ended`);
  narrator.done(`killed tmux session ${session}`, startedAt);
}
