/** The tmux session of an environment: `mono-<name>`, in the workspace, with the environment's variables. */
import { engineVariables } from "../docker/engine.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { MonoError } from "../error/mono-error.ts";
import { endGraceMs, type Environ } from "../process/child.ts";
import { endGroup } from "../process/groups.ts";
import { listProcesses } from "../host/processes.ts";
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
  type Tmux,
} from "../tmux/tmux.ts";
import type { Owner } from "./owner.ts";

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
export function sessionVariables({ callersEnv, environment, variables }: Owner): Environ {
  const isWorkspaces = (name: string) =>
    name === "PATH" || name === "MONO_HOME" || name.startsWith("CONDUCTOR_") || name === "COMPOSE_PROFILES";
  const own = Object.entries(callersEnv).filter(([name]) => isWorkspaces(name));
  return { ...Object.fromEntries(own), ...engineVariables(environment.engine), ...variables() };
}

export function setVariables(variables: Environ): SessionCommand[] {
  return Object.entries(variables).map(([name, value]) => ({
    name: "set-environment",
    args: ["-t", thisSession, name, value],
  }));
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
