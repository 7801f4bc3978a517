import type { Config } from "../config/config.ts";
import { findComposeFiles } from "../docker/compose-files.ts";
import type { Environment } from "../environment/environment.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { recordBackground } from "../resources/background.ts";
import { ensureContainers } from "../resources/containers.ts";
import { ensureDataFolder } from "../resources/data-folder.ts";
import { ensureSession } from "../resources/session.ts";
import { ensureContainersAndSession } from "./containers-and-session.ts";
import type { Operation } from "./exclusively.ts";
import { ownerOf } from "./owner.ts";
import type { prepareProject, ProjectOptions } from "./prepare-project.ts";
import { runScript } from "./script.ts";

/**
 * What init does for an environment that has its row: data folder, init script, containers and session, setup script.
 * Returns it, ready. Undoes nothing.
 */
export async function build(
  operation: Operation,
  registered: Environment,
  config: Config,
  options: ProjectOptions,
): Promise<Environment> {
  const { context } = operation;
  const owner = ownerOf(operation, registered);
  ensureDataFolder(owner);
  await runScript(owner, config, "init");
  throwIfInterrupted(context.interruption);
  // Looked for again: init scripts make compose files.
  const files = findComposeFiles(registered.path, config, owner.callersEnv);
  const project =
    files === undefined ? undefined : await prepareComposeProject(operation, registered, files, options);
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

/** Loaded in Docker mode alone: reading what Compose prints takes a YAML parser. */
const prepareComposeProject: typeof prepareProject = async (...args) =>
  await (await import("./prepare-project.ts")).prepareProject(...args);
