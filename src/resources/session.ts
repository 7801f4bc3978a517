/** The tmux session of an environment: `mono-<name>`, in the workspace, with the environment's variables. */
import { withEngine } from "../docker/engine.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { homeMark } from "../environment/paths.ts";
import { broughtVariables, isStarters, isWithdrawn } from "../environment/session-environ.ts";
import { sessionTaken } from "../error/catalogue/session.ts";
import type { Environ } from "../process/child.ts";
import { endGroup } from "../process/groups.ts";
import { listProcesses, type ProcessRow, startedWith } from "../host/processes.ts";
import { isWorkspaceVariable, type TmuxAtWork } from "../tmux/call.ts";
import { createSession } from "../tmux/new-session.ts";
import { listPanes, type Pane } from "../tmux/panes.ts";
import {
  broughtNames,
  killSession,
  listSessions,
  lookAtServer,
  markBrought,
  type Server,
  sessionEnvironment,
  type Sessions,
} from "../tmux/sessions.ts";
import { type SessionCommand, thisSession } from "../tmux/source-text.ts";
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
  const startedAt = performance.now();
  const server = await lookAtServer(tmux);
  const whose = whoseSession(owner, server.sessions);
  if (whose === "ours") return;
  if (whose === "somebody's") {
    throw sessionTaken({ session });
  }
  const brought = broughtVariables(owner.callersEnv, owner.callersPlace);
  const variables = { ...brought, ...ownVariables(owner) };
  const made = { name: session, folder: environment.path, owner: homeMark(owner.home) };
  await createSession(tmux, made, [
    ...removeVariables(await findForeign(owner, server, variables)),
    ...setVariables(variables),
    markBrought(Object.keys(brought)),
  ]);
  narrator.done(`created tmux session ${session}`, startedAt);
}

function whoseSession({ environment, home }: Owner, sessions: Sessions): "ours" | "somebody's" | "nobody's" {
  const owner = sessions.get(resourceNameOf(environment.name));
  if (owner === undefined) return "nobody's";
  return owner === homeMark(home) ? "ours" : "somebody's";
}

/** The environment's own variables, its engine, and the home folder that it is in. */
function ownVariables({ callersEnv, environment, variables }: Owner): Environ {
  const selected = withEngine(callersEnv, environment.engine);
  const passed = ["DOCKER_HOST", "DOCKER_CONTEXT", "MONO_HOME"].flatMap((name) => {
    const value = selected[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(passed), ...variables() };
}

/**
 * What the tmux server would hand to the session, and belongs to whoever has started it. What the person's
 * configuration has set there since then is everybody's.
 */
async function findForeign(
  owner: Owner,
  { pid, variables: left }: Server,
  variables: Environ,
): Promise<readonly string[]> {
  if (pid === undefined) return [];
  const isFromStart = await startedWith(pid, owner.callersEnv);
  return [...left]
    .filter(([name]) => variables[name] === undefined)
    .filter(([name, value]) => isWorkspaceVariable(name) || (isStarters(name) && isFromStart(name, value)))
    .map(([name]) => name);
}

/**
 * What brings the session's variables up to date. A caller from the environment's own workspace says what there is: what
 * an earlier one had, and this one has not, goes. One from another workspace says nothing, and a plain terminal may
 * add and change. Says so when shells that are open in other panes than `pane` still have old values of mono's own.
 */
export async function updateVariables(owner: Owner, pane: Pane): Promise<SessionCommand[]> {
  const { callersEnv, callersPlace, environment, narrator } = owner;
  const session = resourceNameOf(environment.name);
  const [before, broughtBefore, panes] = await Promise.all([
    sessionEnvironment(tmuxOf(owner), session),
    broughtNames(tmuxOf(owner), session),
    listPanes(tmuxOf(owner), session),
  ]);
  const brought = callersPlace === "elsewhere" ? {} : broughtVariables(callersEnv, callersPlace);
  const now = { ...brought, ...ownVariables(owner) };
  const isMonos = (name: string) => /^(MONO|COMPOSE)_/.test(name) && !broughtBefore.has(name);
  const gone = [...before.keys()].filter((name) => isMonos(name) && now[name] === undefined);
  const withdrawn =
    callersPlace === "here"
      ? [...broughtBefore].filter((name) => now[name] === undefined && isWithdrawn(name))
      : [];
  const changed = Object.keys(owner.variables()).filter((name) => before.get(name) !== now[name]);
  const stale = [...changed, ...gone];
  if (stale.length > 0 && panes.some(({ id }) => id !== pane.id)) {
    narrator.warn(
      `the shells that are open in the session have old values of ${stale.join(", ")}: eval "$(mono vars ${environment.name})" there, or open new ones`,
    );
  }
  const known = new Set([...broughtBefore, ...Object.keys(brought)]).difference(new Set(withdrawn));
  return [...removeVariables([...gone, ...withdrawn]), ...setVariables(now), markBrought([...known])];
}

function setVariables(variables: Environ): SessionCommand[] {
  return Object.entries(variables).map(([name, value]) => ({
    name: "set-environment",
    args: ["-t", thisSession, "--", name, value],
  }));
}

/** So that programs in the session do not get them from the server either. */
function removeVariables(names: readonly string[]): SessionCommand[] {
  return names.map((name) => ({ name: "set-environment", args: ["-r", "-t", thisSession, "--", name] }));
}

/** Ends the session and everything that was started in its panes, also what ignores the hang-up; not this process. */
export async function removeSession(owner: Owner): Promise<void> {
  const { environment, interruption, narrator, pid } = owner;
  const session = resourceNameOf(environment.name);
  const tmux = tmuxOf(owner);
  const whose = whoseSession(owner, await listSessions(tmux));
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
