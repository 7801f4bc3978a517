/** The tmux session of an environment: `mono-<name>`, in the workspace, with the environment's variables. */
import { engineVariables } from "../docker/engine.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { homeMark } from "../environment/paths.ts";
import { sessionTaken } from "../error/catalogue/session.ts";
import type { Environ } from "../process/child.ts";
import { endGroup } from "../process/groups.ts";
import { listProcesses, type ProcessRow } from "../host/processes.ts";
import { type SessionCommand, thisSession } from "../tmux/source-text.ts";
import {
  changeSession,
  createSession,
  globalVariables,
  listSessions,
  isWorkspaceVariable,
  killSession,
  listPanes,
  markPane,
  type Pane,
  sessionEnvironment,
  type TmuxAtWork,
} from "../tmux/tmux.ts";
import type { Owner } from "./owner.ts";

/** Milliseconds that a program in the session may take to end, before it is killed: its terminal is gone already. */
export const graceMs = 3000;

export function tmuxOf({ callersEnv, home, recordGroup }: Owner): TmuxAtWork {
  return { env: callersEnv, cwd: home, recordGroup };
}

/** Makes the session if it is not there. Throws when one of its name is, and is somebody else's. */
export async function ensureSession(owner: Owner): Promise<void> {
  const { environment, narrator } = owner;
  const session = resourceNameOf(environment.name);
  const tmux = tmuxOf(owner);
  const whose = await whoseSession(owner);
  if (whose === "ours") return;
  if (whose === "somebody's") {
    throw sessionTaken({ session });
  }
  const startedAt = performance.now();
  const leftovers = (await globalVariables(tmux)).filter((name) => isWorkspaceVariable(name));
  const made = { name: session, folder: environment.path, owner: homeMark(owner.home) };
  await createSession(tmux, made, [
    ...leftovers.map((name) => ({ name: "set-environment", args: ["-r", "-t", thisSession, name] })),
    ...setVariables(sessionVariables(owner)),
  ]);
  const [pane] = await listPanes(tmux, session);
  if (pane !== undefined) await changeSession(tmux, session, [markPane(pane.id)]);
  narrator.done(`created tmux session ${session}`, startedAt);
}

async function whoseSession({
  callersEnv,
  environment,
  home,
}: Owner): Promise<"ours" | "somebody's" | "nobody's"> {
  const sessions = await listSessions({ env: callersEnv, cwd: home });
  const owner = sessions.get(resourceNameOf(environment.name));
  if (owner === undefined) return "nobody's";
  return owner === homeMark(home) ? "ours" : "somebody's";
}

/** The environment's own variables, and what of the caller's belongs to the workspace. */
export function sessionVariables({ callersEnv, environment, variables }: Owner): Environ {
  const isWorkspaces = (name: string) =>
    name === "PATH" || name === "MONO_HOME" || name.startsWith("CONDUCTOR_") || name === "COMPOSE_PROFILES";
  const own = Object.entries(callersEnv).filter(([name]) => isWorkspaces(name));
  return { ...Object.fromEntries(own), ...engineVariables(environment.engine), ...variables() };
}

/**
 * What brings the session's variables up to date: those that have gone are taken away. Says so when shells that are
 * open in other panes than `pane` still have the old ones.
 */
export async function updateVariables(owner: Owner, pane: Pane): Promise<SessionCommand[]> {
  const { environment, narrator } = owner;
  const session = resourceNameOf(environment.name);
  const [before, panes] = await Promise.all([
    sessionEnvironment(tmuxOf(owner), session),
    listPanes(tmuxOf(owner), session),
  ]);
  const now = sessionVariables(owner);
  const gone = [...before.keys()].filter((name) => /^(MONO|COMPOSE)_/.test(name) && now[name] === undefined);
  const changed = Object.keys(owner.variables()).filter((name) => before.get(name) !== now[name]);
  const stale = [...changed, ...gone];
  if (stale.length > 0 && panes.some(({ id }) => id !== pane.id)) {
    narrator.warn(
      `the shells that are open in the session have old values of ${stale.join(", ")}: eval "$(mono vars)" there, or open new ones`,
    );
  }
  const remove = gone.map((name) => ({ name: "set-environment", args: ["-r", "-t", thisSession, name] }));
  return [...remove, ...setVariables(now)];
}

function setVariables(variables: Environ): SessionCommand[] {
  return Object.entries(variables).map(([name, value]) => ({
    name: "set-environment",
    args: ["-t", thisSession, name, value],
  }));
}

/** Ends the session and everything that was started in its panes, also what ignores the hang-up; not this process. */
export async function removeSession(owner: Owner): Promise<void> {
  const { environment, interruption, narrator, pid } = owner;
  const session = resourceNameOf(environment.name);
  const tmux = tmuxOf(owner);
  const whose = await whoseSession(owner);
  if (whose === "somebody's")
    narrator.warn(`the tmux session ${session} is left alone: mono has not made it`);
  if (whose !== "ours") return;
  const startedAt = performance.now();
  const inside = await processesInside(owner);
  const own = inside.find((row) => row.pid === pid)?.pgid;
  const groups = new Set(inside.map(({ pgid }) => pgid).filter((group) => group !== own));
  await killSession(tmux, session);
  await Promise.all([...groups].map((group) => endGroup(group, graceMs, interruption.second)));
  narrator.done(`killed tmux session ${session}`, startedAt);
}

/** True when mono itself was called in the session: its end then ends mono too. */
export async function isCalledInSession(owner: Owner): Promise<boolean> {
  // Whoever is in a pane has this from tmux: most calls are not, and need not ask.
  if (owner.callersEnv["TMUX"] === undefined) return false;
  return (await processesInside(owner)).some(({ pid }) => pid === owner.pid);
}

async function processesInside(owner: Owner): Promise<readonly ProcessRow[]> {
  const panes = await listPanes(tmuxOf(owner), resourceNameOf(owner.environment.name));
  const terminals = new Set(panes.map(({ tty }) => tty));
  return (await listProcesses(owner.callersEnv)).filter(({ tty }) => terminals.has(tty));
}
