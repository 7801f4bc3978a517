/** The tmux session of an environment: `mono-<name>`, in the workspace, with the environment's variables. */
import { resourceNameOf } from "../environment/environment.ts";
import { isSessionOwner } from "../environment/mark.ts";
import { homeMark } from "../environment/paths.ts";
import {
  broughtVariables,
  isStarters,
  isWithdrawn,
  namesForNoServer,
} from "../environment/session-environ.ts";
import { sessionTaken } from "../error/catalogue/session.ts";
import type { Environ } from "../process/child.ts";
import { startedWith } from "../process/running/carriers.ts";
import { listProcesses, type ProcessRow } from "../process/running/processes.ts";
import type { TmuxAtWork } from "../tmux/call.ts";
import { createSession } from "../tmux/new-session.ts";
import type { Pane } from "../tmux/panes.ts";
import {
  changeSession,
  findServer,
  findServerAndTerminals,
  type FoundSession,
  killSession,
  lookAtServer,
  markBrought,
  markOwner,
  renameSession,
  type Server,
  type Sessions,
} from "../tmux/sessions.ts";
import { type SessionCommand, thisSession } from "../tmux/source-text.ts";
import { knobsVariable, markVariable } from "../environment/variables.ts";
import { isIdleInWorkspace } from "./idle-session.ts";
import { endOwnProcesses, sightOwnProcesses } from "./own-processes.ts";
import type { Owner, RunOwner } from "./owner.ts";
import { shellWord } from "../text/shell-word.ts";
import { findOwnName, recordSession, requireSameServer } from "./session-record.ts";

export function tmuxOf({ callersEnv, home, recordGroup }: Owner): TmuxAtWork {
  return { env: callersEnv, cwd: home, recordGroup };
}

/**
 * Makes the session if it is not there, and adopts one that something has brought back. Throws when one of that name is
 * somebody else's.
 */
export async function ensureSession(owner: Owner): Promise<void> {
  const { environment, narrator } = owner;
  const session = resourceNameOf(environment.name);
  const tmux = tmuxOf(owner);
  const startedAt = performance.now();
  const server = await lookAtServer(tmux);
  const whose = await whoseSession(owner, server.sessions);
  if (whose === "somebody's") {
    const isMarked = server.sessions.get(session) !== "";
    throw sessionTaken(isMarked ? { session } : { session, folder: environment.path });
  }
  if (whose === "ours") {
    await recordSession(owner.paths, session, server);
    return;
  }
  const renamed = findOwnName(owner, server);
  if (renamed !== undefined) {
    await renameSession(tmux, server.ids.get(renamed) ?? "", session);
    narrator.done(`gave tmux session ${renamed} its name back: ${session}`, startedAt);
    return;
  }
  await requireSameServer(owner, server);
  const brought = broughtVariables(owner.callersEnv, owner.callersPlace);
  const variables = { ...brought, ...ownVariables(owner) };
  const commands = [
    ...removalsOf(await findForeign(owner, server, variables)),
    ...settingsOf(variables),
    markBrought(Object.keys(brought)),
  ];
  if (whose === "brought back") {
    await changeSession(tmux, session, [...markOwner(environment.mark), ...commands]);
    narrator.done(
      `adopted tmux session ${session}, which was brought back without mono: eval "$(mono vars ${environment.name})" in its open shells`,
      startedAt,
    );
    await recordSession(owner.paths, session, server);
    return;
  }
  const made = { name: session, folder: environment.path, owner: environment.mark };
  await recordSession(owner.paths, session, await createSession(tmux, made, commands));
  narrator.done(`created tmux session ${session}`, startedAt);
}

/** Throws when tmux cannot tell whether the session is there: nothing may be removed then. */
export async function requireKnownSession(owner: Owner): Promise<void> {
  const server = await findServer(tmuxOf(owner));
  if (findOwnName(owner, server) === undefined) await requireSameServer(owner, server);
}

/** `brought back`: it was the environment's once, as far as anyone can tell, and holds nothing but idle shells. */
type Whose = "ours" | "brought back" | "somebody's" | "nobody's";

async function whoseSession(owner: Owner, sessions: Sessions): Promise<Whose> {
  const { environment } = owner;
  const mark = sessions.get(resourceNameOf(environment.name));
  if (mark === undefined) return "nobody's";
  if (isSessionOwner(mark, environment.mark, homeMark(owner.home))) return "ours";
  // An environment that is being made has no session from earlier.
  const mayBeBroughtBack = mark === "" && environment.phase !== "initializing";
  return mayBeBroughtBack && (await isIdleInWorkspace(owner)) ? "brought back" : "somebody's";
}

/** The environment's own variables, its engine, and the home folder that it is in. */
function ownVariables({ docker, environment, variables }: Owner): Environ {
  const passed = ["DOCKER_HOST", "DOCKER_CONTEXT", "MONO_HOME"].flatMap((name) => {
    const value = docker.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(passed), ...variables, [markVariable]: environment.mark };
}

/**
 * What the tmux server would hand to the session although it belongs to the process that started the server. What the
 * person's configuration has set there since then is meant for every session.
 */
async function findForeign(
  owner: Owner,
  { pid, variables: left }: Server,
  variables: Environ,
): Promise<readonly string[]> {
  if (pid === undefined) return [];
  const isFromStart = await startedWith(pid, owner.callersEnv);
  const isForNone = namesForNoServer(Object.fromEntries(left));
  return [...left]
    .filter(([name]) => variables[name] === undefined)
    .filter(([name, value]) => isForNone(name) || (isStarters(name) && isFromStart(name, value)))
    .map(([name]) => name);
}

/**
 * Returns the commands that bring the session's variables up to date. A caller in the environment's own workspace
 * decides what there is: what an earlier caller had and this one lacks is removed. A caller in another workspace
 * decides nothing, and a plain terminal may add and change. Warns when shells open in panes other than `pane` still
 * have old values of mono's own variables.
 */
export function variableUpdates(
  owner: Owner,
  { brought: broughtBefore, panes, variables: before }: FoundSession,
  pane: Pane,
): readonly SessionCommand[] {
  const { callersEnv, callersPlace, environment, narrator } = owner;
  const brought = callersPlace === "elsewhere" ? {} : broughtVariables(callersEnv, callersPlace);
  const now = { ...brought, ...ownVariables(owner) };
  const knobs = new Set(before.get(knobsVariable)?.split(" "));
  const isMonos = (name: string) =>
    knobs.has(name) || (/^(MONO|COMPOSE)_/.test(name) && !broughtBefore.has(name));
  const gone = [...before.keys()].filter((name) => isMonos(name) && now[name] === undefined);
  const withdrawn =
    callersPlace === "here"
      ? [...broughtBefore].filter((name) => now[name] === undefined && isWithdrawn(name))
      : [];
  const changed = Object.keys(owner.variables).filter((name) => before.get(name) !== now[name]);
  const stale = [...changed, ...gone];
  if (stale.length > 0 && panes.some(({ id }) => id !== pane.id)) {
    narrator.warn(
      `the shells that are open in the session have old values of ${stale.join(", ")}: eval "$(mono vars ${environment.name})" there, or open new ones`,
    );
  }
  const known = new Set([...broughtBefore, ...Object.keys(brought)]).difference(new Set(withdrawn));
  return [...removalsOf([...gone, ...withdrawn]), ...settingsOf(now), markBrought([...known])];
}

function settingsOf(variables: Environ): SessionCommand[] {
  return Object.entries(variables).map(([name, value]) => ({
    name: "set-environment",
    args: ["-t", thisSession, "--", name, value],
  }));
}

/** So that programs in the session do not get them from the server either. */
function removalsOf(names: readonly string[]): SessionCommand[] {
  return names.map((name) => ({ name: "set-environment", args: ["-r", "-t", thisSession, "--", name] }));
}

/**
 * Ends the session and everything that was started in its panes, even what ignores the hang-up, and all else that
 * belongs to the environment, but not this process.
 */
export async function removeSession(owner: Owner): Promise<void> {
  const { environment, narrator } = owner;
  const tmux = tmuxOf(owner);
  const { server, terminals } = await findServerAndTerminals(tmux);
  const name = resourceNameOf(environment.name);
  const whose = await whoseSession(owner, server.sessions);
  const session = whose === "brought back" ? name : findOwnName(owner, server);
  if (session === undefined) await requireSameServer(owner, server);
  if (whose === "somebody's")
    narrator.warn(
      `the tmux session ${name} is left alone: mono did not make it; if it was this environment's: tmux kill-session -t ${shellWord(`=${name}`)}`,
    );
  const startedAt = performance.now();
  const sight = await sightOwnProcesses(owner, { server, session, terminals }, { withTerminals: true });
  if (session !== undefined) await killSession(tmux, server, session);
  await endOwnProcesses(owner, sight);
  const adopted = whose === "brought back" ? ", which was brought back without mono" : "";
  if (session !== undefined) narrator.done(`killed tmux session ${session}${adopted}`, startedAt);
}

/** Ends what is the environment's but not in its session: the session goes last, as it takes this mono along. */
export async function endOutsideSession(owner: Owner): Promise<void> {
  const { server, terminals } = await findServerAndTerminals(tmuxOf(owner));
  const around = { server, terminals, session: findOwnName(owner, server) };
  await endOwnProcesses(owner, await sightOwnProcesses(owner, around, { withTerminals: false }));
}

/** True when mono itself was called in the session: ending the session then ends mono too. */
export async function isCalledInSession(owner: RunOwner): Promise<boolean> {
  // tmux sets this in its panes: most calls are made outside of them, and need not ask.
  if (owner.callersEnv["TMUX"] === undefined) return false;
  return (await processesInside(owner)).some(({ pid }) => pid === owner.pid);
}

async function processesInside(owner: RunOwner): Promise<readonly ProcessRow[]> {
  const { server, terminals } = await findServerAndTerminals({ env: owner.callersEnv, cwd: owner.home });
  const session = findOwnName(owner, server);
  if (session === undefined) return [];
  return (await listProcesses(owner.callersEnv)).filter(({ tty }) => terminals.get(tty)?.session === session);
}
