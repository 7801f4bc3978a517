import { resolve } from "node:path";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/mono-yml.ts";
import { type ComposeFiles, findComposeFiles } from "../docker/compose-files.ts";
import { resolveEngine, withEngineId } from "../docker/engine.ts";
import { requireDocker } from "../docker/prerequisites.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { deriveName } from "../environment/name.ts";
import { projectExists } from "../error/catalogue/containers.ts";
import { environmentExists } from "../error/catalogue/workspace.ts";
import { MonoError, reasonOf, retold } from "../error/mono-error.ts";
import { createNarrator } from "../log/narrator.ts";
import { throwIfInterrupted, whileUndoing } from "../process/interruption.ts";
import { isProjectThere } from "../docker/sweep.ts";
import { recordBackground } from "../resources/background.ts";
import { ensureContainers } from "../resources/containers.ts";
import { dockerCallOf } from "../resources/docker-call.ts";
import { ensureDataFolder } from "../resources/data-folder.ts";
import type { Owner } from "../resources/owner.ts";
import { becauseOfSilence, findSilence, requireOwnEngine } from "../resources/own-engine.ts";
import { ensureSession, tmuxOf } from "../resources/session.ts";
import { requireTmux } from "../tmux/tmux.ts";
import { withBackstop } from "./backstop.ts";
import type { Context } from "./context.ts";
import { exclusively, type Operation } from "./exclusively.ts";
import { ownerOf } from "./owner.ts";
import { prepareContainers, reportIsolation } from "./prepare-containers.ts";
import { register } from "./register.ts";
import { removeEverything } from "./remove-everything.ts";
import { runScript } from "./script.ts";
import { findEnvironment, requireWorkspace } from "./workspace.ts";

/** How long init and run wait for another mono that works on the environment, in milliseconds. */
export const shortWaitMs = 1000;

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
  const config = loadConfig(workspace);
  await clearTheWay(operation, workspace);
  const engineId = await requirePrograms(operation, workspace, config);
  const environment = await register(context, workspace, engineId !== undefined);
  // From here on the log calls it by the name that it really got.
  const named = { ...operation, narrator: createNarrator(context.log, context.audience, environment.name) };
  try {
    return await build(named, environment, config, { ...options, engineId });
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
 * tmux always, docker when there are compose files already: asked for before anything is started. Returns the engine's
 * id, or undefined when there are none.
 */
async function requirePrograms(
  operation: Operation,
  workspace: string,
  config: Config,
): Promise<string | undefined> {
  const { context } = operation;
  const owner = ownerOf(operation, placeholder(context, workspace));
  const files = findComposeFiles(workspace, config, owner.callersEnv);
  const [, engineId] = await Promise.all([
    requireTmux(tmuxOf(owner)),
    files === undefined ? undefined : requireDocker(dockerCallOf(owner)),
  ]);
  return engineId;
}

interface BuildOptions extends InitOptions {
  /** What the engine called itself before anything was started, if it was asked. */
  readonly engineId: string | undefined;
}

/** Stands for the environment before it has a row: the engine is what matters. */
function placeholder({ env }: Context, path: string): Environment {
  return { id: 0, name: "", path, dockerProject: null, phase: "initializing", engine: resolveEngine(env) };
}

/** The numbered steps: data folder, init script, containers, setup script, session. */
async function build(
  operation: Operation,
  registered: Environment,
  config: Config,
  options: BuildOptions,
): Promise<Environment> {
  const { context } = operation;
  const owner = ownerOf(operation, registered);
  ensureDataFolder(owner);
  await runScript(owner, config, "init");
  // Looked for again: init scripts make compose files.
  const files = findComposeFiles(registered.path, config, owner.callersEnv);
  const environment =
    files === undefined ? registered : await startContainers(operation, registered, files, options);
  const withPorts = ownerOf(operation, environment);
  await runScript(withPorts, config, "setup");
  throwIfInterrupted(context.interruption);
  await ensureSession(withPorts);
  throwIfInterrupted(context.interruption);
  recordBackground(withPorts, operation.lock.groups());
  const ready: Environment = { ...environment, phase: "ready" };
  context.environments.update(ready);
  return ready;
}

async function startContainers(
  operation: Operation,
  registered: Environment,
  files: ComposeFiles,
  { strict, engineId }: BuildOptions,
): Promise<Environment> {
  const { context, narrator } = operation;
  const project = resourceNameOf(registered.name);
  const address = resolveEngine(context.env);
  const id = await requireUnusedProject(ownerOf(operation, { ...registered, engine: address }), project);
  // An id that the second answer does not repeat identifies nothing: Podman makes a new one each time.
  const engine = engineId === undefined || engineId === id ? withEngineId(address, id) : address;
  const environment: Environment = { ...registered, dockerProject: project, engine };
  const privateOwner = ownerOf(operation, environment);
  const prepared = await prepareContainers(context, privateOwner, files);
  reportIsolation(narrator, prepared, strict);
  // Before anything of the project exists, so that it is found again whatever happens next.
  context.environments.update(environment);
  await ensureContainers(privateOwner, files, prepared.model);
  return environment;
}

/** The name was free when it was chosen, unless the compose file has come since then. Returns the engine's id. */
async function requireUnusedProject(owner: Owner, project: string): Promise<string> {
  const call = dockerCallOf(owner);
  const id = await requireDocker(call);
  if (!(await isProjectThere(call, project))) return id;
  throw projectExists({ project });
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
