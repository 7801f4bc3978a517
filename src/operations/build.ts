import type { Config } from "../config/config.ts";
import { findComposeFiles } from "../docker/compose-files.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { fromVariable } from "../environment/variables.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { recordBackground } from "../resources/background.ts";
import { ensureContainers } from "../resources/containers.ts";
import { ensureDataFolder } from "../resources/data-folder.ts";
import { recordFolder } from "../resources/own-record.ts";
import { lookOnceMore } from "../resources/readiness.ts";
import type { Owner } from "../resources/owner.ts";
import { leaveClaims } from "../resources/place-on-engine.ts";
import { ensureSession } from "../resources/session.ts";
import type { Context } from "./context.ts";
import type { copyData } from "./copy-data.ts";
import { ensureTogether } from "./ensure-together.ts";
import type { Operation } from "./exclusively.ts";
import { readOwner } from "./owner.ts";
import type { prepareProject, ProjectOptions } from "./prepare-project.ts";
import { runScript } from "./script.ts";

export interface BuildOptions extends ProjectOptions {
  /** The environment that this one begins as a copy of. */
  readonly from: Pick<Environment, "name" | "path"> | undefined;
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
  const owner = readOwner(operation, registered);
  ensureDataFolder(owner);
  recordFolder(owner.paths, registered.path);
  await runScript(owner, config, "init");
  throwIfInterrupted(context.interruption);
  // Looked for again: init scripts make compose files.
  const files = findComposeFiles(registered.path, config, owner.callersEnv);
  const project =
    files === undefined ? undefined : await prepareComposeProject(operation, registered, files, options);
  const environment = project?.environment ?? (await withoutDocker(owner, context));
  const withPorts = readOwner(operation, environment);
  const { from } = options;
  if (from !== undefined) await copyDataOf(operation, withPorts, project, from.path);
  const scripted = from === undefined ? withPorts : withVariable(withPorts, fromVariable, from.name);
  if (project !== undefined && config.scripts.setup === undefined) {
    await ensureTogether(withPorts, project);
  } else {
    if (project !== undefined) await ensureContainers(withPorts, project);
    await runScript(scripted, config, "setup");
    throwIfInterrupted(context.interruption);
    // After the setup script: the shell in it may read what that has made.
    await ensureSession(withPorts);
  }
  throwIfInterrupted(context.interruption);
  if (project !== undefined) await lookOnceMore(withPorts, resourceNameOf(environment.name));
  await recordBackground(withPorts, operation.lock.groups());
  const ready: Environment = { ...environment, phase: "ready" };
  context.environments.update(ready);
  return ready;
}

/** The init script may have removed the compose files that were there before it. */
async function withoutDocker(owner: Owner, { environments }: Context): Promise<Environment> {
  const { environment } = owner;
  if (environment.dockerProject === null) return environment;
  await leaveClaims(owner);
  const simple = { ...environment, dockerProject: null, engine: null };
  environments.update(simple);
  return simple;
}

function withVariable(owner: Owner, name: string, value: string): Owner {
  return { ...owner, variables: { ...owner.variables, [name]: value } };
}

/** Loaded in Docker mode alone: reading the order of the services takes a YAML parser. */
const prepareComposeProject: typeof prepareProject = async (...args) =>
  await (await import("./prepare-project.ts")).prepareProject(...args);

/** Loaded where there is something to copy. */
const copyDataOf: typeof copyData = async (...args) =>
  await (await import("./copy-data.ts")).copyData(...args);
