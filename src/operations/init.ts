import { resolve } from "node:path";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/config.ts";
import { findComposeFiles } from "../docker/compose-files.ts";
import type { DockerCall } from "../docker/ask.ts";
import { resolveEngine } from "../docker/engine.ts";
import { requireCompose, requireEngine } from "../docker/prerequisites.ts";
import type { Environment } from "../environment/environment.ts";
import { deriveName } from "../environment/name.ts";
import { environmentExists } from "../error/catalogue/workspace.ts";
import { MonoError, reasonOf, retold } from "../error/mono-error.ts";
import { probePorts } from "../host/listening-ports.ts";
import { createNarrator } from "../log/narrator.ts";
import { whileUndoing } from "../process/interruption.ts";
import { dockerCallOf } from "../resources/docker-call.ts";
import { becauseOfSilence, findSilence, requireOwnEngine } from "../resources/own-engine.ts";
import { tmuxOf } from "../resources/session.ts";
import { requireTmux } from "../tmux/call.ts";
import { listSessions, type Sessions } from "../tmux/sessions.ts";
import { withBackstop } from "./backstop.ts";
import { build } from "./build.ts";
import type { Context } from "./context.ts";
import { exclusively, type Operation, shortWaitMs } from "./exclusively.ts";
import { ownerOf } from "./owner.ts";
import { register } from "./register.ts";
import { removeEverything } from "./remove-everything.ts";
import type { KnownDocker } from "./prepare-project.ts";
import { together } from "./together.ts";
import { findEnvironment, requireWorkspace } from "./workspace.ts";

interface InitOptions {
  /** Refuse a compose file that shares something with other environments. */
  readonly strict: boolean;
}

/** Gives a workspace its environment, as a whole or not at all. Returns it, ready. */
export async function init(context: Context, path: string, options: InitOptions): Promise<Environment> {
  const workspace = requireWorkspace(path);
  const known = findEnvironment(context, workspace);
  const name = known?.name ?? deriveName(workspace);
  const lock = { command: "init", path: known?.path ?? workspace, name, waitMs: shortWaitMs } as const;
  return await exclusively(context, lock, (operation) =>
    withBackstop(context, ["destroy", "--interrupted", lock.path], () =>
      initUnderLock(operation, workspace, options),
    ),
  );
}

async function initUnderLock(
  operation: Operation,
  workspace: string,
  options: InitOptions,
): Promise<Environment> {
  const { context } = operation;
  warnOfMainCheckout(operation, workspace);
  const config = await loadConfig(workspace);
  await clearTheWay(operation, workspace);
  const [{ docker, sessions }, isAnyPortInUse] = await together(
    operation.narrator.during("asking tmux and Docker", () => requirePrograms(operation, workspace, config)),
    probePorts(),
  );
  const usesDocker = docker !== undefined;
  const environment = await register(context, workspace, { usesDocker, isAnyPortInUse, sessions });
  // From here on the log calls it by the name that it really got.
  const named = { ...operation, narrator: createNarrator(context.log, context.audience, environment.name) };
  try {
    return await build(named, environment, config, { ...options, docker });
  } catch (error) {
    throw await undo(named, environment, error);
  }
}

/** Conductor's root path is the repository's main checkout, one for all workspaces: hardly what is meant. */
function warnOfMainCheckout({ context, narrator }: Operation, workspace: string): void {
  const { CONDUCTOR_ROOT_PATH: root, CONDUCTOR_WORKSPACE_PATH: own } = context.env;
  if (root === undefined || own === undefined || root === own || resolve(root) !== workspace) return;
  narrator.warn(
    "this is $CONDUCTOR_ROOT_PATH, the main checkout that all workspaces share: $CONDUCTOR_WORKSPACE_PATH is this workspace",
  );
}

/** An environment that is there is an error; what an interrupted init or destroy left is removed first. */
async function clearTheWay(operation: Operation, workspace: string): Promise<void> {
  const known = findEnvironment(operation.context, workspace);
  if (known === undefined) return;
  if (known.phase === "ready") {
    throw environmentExists({ name: known.name, path: known.path });
  }
  operation.narrator.warn(
    `an earlier ${known.phase === "destroying" ? "destroy" : "init"} was interrupted: starting afresh`,
  );
  const owner = ownerOf(operation, known);
  await requireOwnEngine(owner);
  await removeEverything(operation, owner);
}

/**
 * tmux always, docker when there are compose files already: asked for before anything is started. Returns what they
 * said; of docker nothing when there are none.
 */
async function requirePrograms(
  operation: Operation,
  workspace: string,
  config: Config,
): Promise<{ readonly docker: KnownDocker | undefined; readonly sessions: Sessions }> {
  const { context } = operation;
  const owner = ownerOf(operation, placeholder(context, workspace));
  const files = findComposeFiles(workspace, config, owner.callersEnv);
  const [[, sessions], docker] = await together(
    together(requireTmux(tmuxOf(owner)), listSessions(tmuxOf(owner))),
    files === undefined ? Promise.resolve(undefined) : askDocker(dockerCallOf(owner), config),
  );
  return { docker, sessions };
}

/** An init script must not run in vain. Without one, Compose's version is not waited for until Compose is needed. */
async function askDocker(call: DockerCall, config: Config): Promise<KnownDocker> {
  const compose = requireCompose(call);
  // Whoever waits for it hears of a failure.
  compose.catch(() => {});
  if (config.scripts.init !== undefined) await compose;
  return { engineId: await requireEngine(call), compose };
}

/** Stands for the environment before it has a row: the engine is what matters. */
function placeholder({ env }: Context, path: string): Environment {
  return { id: 0, name: "", path, dockerProject: null, phase: "initializing", engine: resolveEngine(env) };
}

const goesOn = "mono destroy goes on with the undoing";

/** Takes back what init has done. The error says what failed first, and what could not be undone. */
async function undo(operation: Operation, registered: Environment, error: unknown): Promise<unknown> {
  const { context, narrator } = operation;
  const done = narrator.start(`undoing: ${reasonOf(error)}`);
  let failure = error;
  let isUndone = true;
  try {
    // First of all what scripts have left in the background: it could make things again.
    await operation.lock.endRecorded(context.interruption.second);
    const environment = context.environments.findByName(registered.name) ?? registered;
    const owner = ownerOf(operation, environment, whileUndoing(context.interruption));
    // Asked first, with a deadline: docker compose waits for an engine that hangs as long as it takes.
    const silence = await findSilence(owner, error);
    if (silence !== undefined) {
      failure = becauseOfSilence(error, silence, goesOn);
      throw becauseOfSilence(silence, silence, goesOn);
    }
    await removeEverything(operation, owner);
    done("everything was undone");
  } catch (undoError) {
    done("the undoing failed", "failure");
    isUndone = false;
    narrator.warn(`not all of ${registered.name} could be undone: ${reasonOf(undoError)}`);
    if (undoError instanceof MonoError) narrator.warn(undoError.hint);
  }
  if (!(failure instanceof MonoError) || failure.code === "interrupted") return failure;
  return retold(failure, {
    message: `cannot init ${registered.name}: ${failure.message}`,
    hint: isUndone ? `everything was undone: ${failure.hint}` : failure.hint,
  });
}
