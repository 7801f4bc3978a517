import type { ComposeModel } from "../compose/model.ts";
import type { Config } from "../config/mono-yml.ts";
import { type ComposeFiles, findComposeFiles } from "../docker/compose-files.ts";
import { resolveEngine, withEngineId } from "../docker/engine.ts";
import { requireDocker, requireEngine } from "../docker/prerequisites.ts";
import { isProjectThere } from "../docker/sweep.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { projectExists } from "../error/catalogue/containers.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { recordBackground } from "../resources/background.ts";
import { ensureContainers } from "../resources/containers.ts";
import { ensureDataFolder } from "../resources/data-folder.ts";
import { dockerCallOf } from "../resources/docker-call.ts";
import type { Owner } from "../resources/owner.ts";
import { ensureSession } from "../resources/session.ts";
import { ensureContainersAndSession } from "./containers-and-session.ts";
import type { Operation } from "./exclusively.ts";
import { ownerOf } from "./owner.ts";
import { prepareContainers, reportIsolation } from "./prepare-containers.ts";
import { runScript } from "./script.ts";
import { together } from "./together.ts";

export interface BuildOptions {
  /** Refuse a compose file that shares something with other environments. */
  readonly strict: boolean;
  /** What the engine called itself before anything was started, if it was asked. */
  readonly engineId: string | undefined;
}

/**
 * What init does for an environment that has its row: data folder, init script, containers and session, setup script.
 * Returns it, ready. Undoes nothing.
 */
export async function build(
  operation: Operation,
  registered: Environment,
  config: Config,
  options: BuildOptions,
): Promise<Environment> {
  const { context } = operation;
  const owner = ownerOf(operation, registered);
  ensureDataFolder(owner);
  await runScript(owner, config, "init");
  throwIfInterrupted(context.interruption);
  // Looked for again: init scripts make compose files.
  const files = findComposeFiles(registered.path, config, owner.callersEnv);
  const project =
    files === undefined ? undefined : await prepareProject(operation, registered, files, options);
  const environment = project?.environment ?? registered;
  const withPorts = ownerOf(operation, environment);
  if (project !== undefined && config.scripts.setup === undefined) {
    await ensureContainersAndSession(withPorts, project);
  } else {
    if (project !== undefined) await ensureContainers(withPorts, project.files, project.model);
    await runScript(withPorts, config, "setup");
    throwIfInterrupted(context.interruption);
    // Behind the setup script: the shell in it may read what that has made.
    await ensureSession(withPorts);
  }
  throwIfInterrupted(context.interruption);
  recordBackground(withPorts, operation.lock.groups());
  const ready: Environment = { ...environment, phase: "ready" };
  context.environments.update(ready);
  return ready;
}

interface PreparedProject {
  readonly environment: Environment;
  readonly files: ComposeFiles;
  readonly model: ComposeModel;
}

/** Makes the private compose file, and writes down where its project will be, before anything of it exists. */
async function prepareProject(
  operation: Operation,
  registered: Environment,
  files: ComposeFiles,
  { strict, engineId }: BuildOptions,
): Promise<PreparedProject> {
  const { context, narrator } = operation;
  const project = resourceNameOf(registered.name);
  const address = resolveEngine(context.env);
  const owner = ownerOf(operation, { ...registered, dockerProject: project, engine: address });
  const [id, prepared] = await together(
    requireUnusedProject(owner, project, engineId !== undefined),
    prepareContainers(context, owner, files),
  );
  // An id that the second answer does not repeat identifies nothing: Podman makes a new one each time.
  const engine = engineId === undefined || engineId === id ? withEngineId(address, id) : address;
  const environment: Environment = { ...registered, dockerProject: project, engine };
  reportIsolation(narrator, prepared, strict);
  context.environments.update(environment);
  return { environment, files, model: prepared.model };
}

/**
 * The name was free when it was chosen, unless the compose file has come since then, and with it the need of docker.
 * Returns the engine's id.
 */
async function requireUnusedProject(owner: Owner, project: string, isDockerKnown: boolean): Promise<string> {
  const call = dockerCallOf(owner);
  const id = await (isDockerKnown ? requireEngine(call) : requireDocker(call));
  if (!(await isProjectThere(call, project))) return id;
  throw projectExists({ project });
}
