import { resolve } from "node:path";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/config.ts";
import { findComposeFiles } from "../docker/compose-files.ts";
import type { DockerCall } from "../docker/ask.ts";
import { engineHost, resolveEngine } from "../docker/engine.ts";
import { requireCompose, requireEngine } from "../docker/prerequisites.ts";
import { probePublished } from "../docker/published-ports.ts";
import type { Environment } from "../environment/environment.ts";
import { deriveName } from "../environment/name.ts";
import { contains } from "../environment/paths.ts";
import { workspaceInHome } from "../error/catalogue/home.ts";
import { environmentExists, folderReplaced, workspaceMoves } from "../error/catalogue/workspace.ts";
import { isFailure } from "../error/mono-error.ts";
import { probePorts } from "../host/listening-ports.ts";
import { createNarrator } from "../log/narrator.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { realPathOf } from "../process/real-path.ts";
import { failureOf, isFolderReplaced } from "../resources/own-record.ts";
import { requireOwnEngine } from "../resources/own-engine.ts";
import { tmuxOf } from "../resources/session.ts";
import { lookAtServer, type Sessions } from "../tmux/sessions.ts";
import { withBackstop } from "./backstop.ts";
import { build } from "./build.ts";
import type { Context } from "./context.ts";
import { exclusively, type Operation, shortWaitMs } from "./exclusively.ts";
import { keepFailed, undoInit } from "./failed-init.ts";
import { readOwner } from "./owner.ts";
import { register, settle } from "./register.ts";
import { removeEverything } from "./remove-everything.ts";
import type { KnownDocker } from "./prepare-project.ts";
import { together } from "./together.ts";
import { requireReference } from "./reference.ts";
import { findEnvironment, requireEnvironment, requireReady, requireWorkspace } from "./workspace.ts";
import { noticeMissing, noticeNesting, noticeWhatIsMissing } from "./workspace-notes.ts";

interface InitOptions {
  /** Refuse a compose file that shares something with other environments. */
  readonly strict: boolean;
  /** Leave what was made when it fails. */
  readonly keep: boolean;
  /** The environment to begin as a copy of, as the user typed it. */
  readonly from: string | undefined;
}

/** Gives a workspace its environment, as a whole or not at all. Returns it, ready. */
export async function init(context: Context, path: string, options: InitOptions): Promise<Environment> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    throwIfInterrupted(context.interruption);
    const { lockedPath, workspace } = identify(context, path);
    const name = findEnvironment(context, workspace)?.name ?? deriveName(workspace);
    const lock = { command: "init", path: lockedPath, name, waitMs: shortWaitMs } as const;
    const environment = await exclusively(context, lock, async (operation) => {
      // Links may have been moved before the lock was got: then it is another workspace's.
      const now = identify(context, path);
      if (now.lockedPath !== lockedPath || now.workspace !== workspace) return undefined;
      return await withBackstop(context, ["destroy", "--interrupted", lockedPath], () =>
        initUnderLock(operation, workspace, options),
      );
    });
    if (environment !== undefined) return environment;
  }
  throw workspaceMoves({ path });
}

/** How often the path may lead to another folder while mono waits for the lock. */
const mostAttempts = 5;

/** The folder that the path leads to now, and the path by which its environment is locked. */
function identify(context: Context, path: string) {
  const workspace = requireWorkspace(path, () => findEnvironment(context, path));
  requireOutside(context, workspace);
  return { workspace, lockedPath: findEnvironment(context, workspace)?.path ?? workspace };
}

async function initUnderLock(
  operation: Operation,
  workspace: string,
  options: InitOptions,
): Promise<Environment> {
  const { context } = operation;
  warnOfMainCheckout(operation, workspace);
  if (contains(workspace, realPathOf(context.home.home)))
    operation.narrator.warn(
      `mono's home folder ${context.home.home} is inside of this workspace: move one of them`,
    );
  const config = await loadConfig(workspace);
  await clearTheWay(operation, workspace);
  const from = options.from === undefined ? undefined : requireSource(context, options.from);
  noticeNesting(context, operation.narrator, workspace);
  noticeMissing(context, operation.narrator);
  noticeWhatIsMissing(operation.narrator, workspace, config, context.env);
  const [{ docker, sessions }, probeHere] = await together(
    operation.narrator.during("asking tmux and Docker", () => requirePrograms(operation, workspace, config)),
    probePorts(context.env),
  );
  const isAnyPortInUse = docker?.isAnyPortInUse ?? probeHere;
  const choice = { usesDocker: docker !== undefined, isAnyPortInUse, sessions };
  const registered = await register(context, workspace, choice);
  // It may get another name or id. Not read back from the database, which may be what fails.
  let environment = registered;
  try {
    await settle(operation, registered, choice, (moved) => {
      environment = moved;
    });
    return await build(namedAs(operation, environment), environment, config, { ...options, docker, from });
  } catch (error) {
    const named = namedAs(operation, environment);
    throw options.keep && isFailure(error)
      ? await keepFailed(named, environment, error)
      : await undoInit(named, environment, error);
  }
}

/** The environment to copy from: one that is whole. */
function requireSource(context: Context, typed: string): Environment {
  return requireReady(context, requireEnvironment(context, requireReference(context, typed)).path);
}

/** From here on the log calls it by the name that it really got. */
function namedAs(operation: Operation, { name }: Environment): Operation {
  const { audience, log } = operation.context;
  return { ...operation, narrator: createNarrator(log, audience, name) };
}

/** Below its home, mono makes and removes folders by itself. */
function requireOutside({ home: { home } }: Context, workspace: string): void {
  const real = realPathOf(home);
  if (contains(real, workspace)) throw workspaceInHome({ path: workspace, home });
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
  const owner = readOwner(operation, known);
  if (known.phase === "ready") {
    const { name, path } = known;
    throw isFolderReplaced(owner.paths, path)
      ? folderReplaced({ name, path })
      : environmentExists({ name, path });
  }
  const earlier = known.phase === "destroying" ? "destroy was interrupted" : "init was interrupted";
  const isKept = failureOf(owner.paths) !== undefined;
  operation.narrator.warn(`an earlier ${isKept ? "init failed and was kept" : earlier}: starting afresh`);
  await requireOwnEngine(owner);
  await removeEverything(operation, owner);
}

/**
 * tmux always, docker when there are compose files already: asked for before anything is started. Returns what they
 * said; nothing about docker when there are no compose files.
 */
async function requirePrograms(
  operation: Operation,
  workspace: string,
  config: Config,
): Promise<{ readonly docker: KnownDocker | undefined; readonly sessions: Sessions }> {
  const { context } = operation;
  const owner = readOwner(operation, placeholder(context, workspace));
  const files = findComposeFiles(workspace, config, owner.callersEnv);
  const [{ sessions }, docker] = await together(
    lookAtServer(tmuxOf(owner)),
    files === undefined ? Promise.resolve(undefined) : askDocker(owner.docker, config),
  );
  return { docker, sessions };
}

/** An init script must not run in vain. Without one, Compose's version is not waited for until Compose is needed. */
async function askDocker(call: DockerCall, config: Config): Promise<KnownDocker> {
  const compose = requireCompose(call);
  // The caller that waits for it gets a failure.
  compose.catch(() => {});
  if (config.scripts.init !== undefined) await compose;
  const engineId = await requireEngine(call);
  // What listens here says nothing of another machine.
  const isElsewhere = engineHost(call.env) !== undefined;
  return { engineId, compose, isAnyPortInUse: isElsewhere ? await probePublished(call) : undefined };
}

/** Stands for the environment before it has a row: the engine is what matters. */
function placeholder({ env }: Context, path: string): Environment {
  return {
    id: 0,
    name: "",
    path,
    dockerProject: null,
    phase: "initializing",
    engine: resolveEngine(env),
    mark: "",
  };
}
