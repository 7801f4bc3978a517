import { loadConfig } from "../config/load.ts";
import { type Config, configFileName } from "../config/config.ts";
import { findComposeFiles } from "../docker/compose-files.ts";
import { requireDocker } from "../docker/prerequisites.ts";
import type { Environment } from "../environment/environment.ts";
import { noRunScript } from "../error/catalogue/mono-yml.ts";
import { dockerCallOf } from "../resources/docker-call.ts";
import { ensureDataFolder } from "../resources/data-folder.ts";
import { requireSameEngine } from "../resources/own-engine.ts";
import { createRunToken, type RunOptions, startRun } from "../resources/run.ts";
import { ensureSession, tmuxOf } from "../resources/session.ts";
import { requireTmux } from "../tmux/tmux.ts";
import type { Context } from "./context.ts";
import { ensureContainersAndSession } from "./containers-and-session.ts";
import { exclusively, type Operation } from "./exclusively.ts";
import { shortWaitMs } from "./init.ts";
import { ownerOf } from "./owner.ts";
import { requireEnvironment, requireReady, requireWorkspace } from "./workspace.ts";

interface RunCommandOptions {
  readonly force: boolean;
  /** Names the run, for a caller that has to find it again. */
  readonly token?: string;
}

/** Starts the run script in the environment's session, after bringing back what a reboot took. */
export async function run(
  context: Context,
  path: string,
  { force, token = createRunToken() }: RunCommandOptions,
): Promise<Environment> {
  const { name, path: stored } = requireEnvironment(context, path);
  const lock = { command: "run", path: stored, name, waitMs: shortWaitMs } as const;
  return await exclusively(context, lock, (operation) => runUnderLock(operation, stored, { force, token }));
}

async function runUnderLock(operation: Operation, path: string, options: RunOptions): Promise<Environment> {
  // Looked up again: the mono that was waited for may have changed it.
  const environment = requireEnvironment(operation.context, path);
  requireWorkspace(environment.path);
  requireReady(environment);
  const config = await loadConfig(environment.path);
  const script = config.scripts.run;
  if (script === undefined) {
    throw noRunScript({ path: environment.path, file: configFileName });
  }
  await ensureResources(operation, environment, config);
  const start = () => startRun(ownerOf(operation, environment), script, options);
  await operation.narrator.during("starting the run script", start);
  return environment;
}

/** Data folder, containers and session as they should be, without the init and setup scripts. */
export async function ensureResources(
  operation: Operation,
  environment: Environment,
  config: Config,
): Promise<void> {
  const owner = ownerOf(operation, environment);
  const files = findComposeFiles(environment.path, config, owner.callersEnv);
  const usesDocker = environment.dockerProject !== null;
  await requireTmux(tmuxOf(owner));
  ensureDataFolder(owner);
  if (usesDocker !== (files !== undefined)) {
    const change = usesDocker ? "has no compose file any more" : "has a compose file now";
    operation.narrator.warn(`the workspace ${change}: for that to count, mono destroy and mono init it`);
  } else if (files !== undefined) {
    await operation.narrator.during("asking the Docker engine", async () =>
      requireSameEngine(owner, await requireDocker(dockerCallOf(owner))),
    );
    const { prepareContainers } = await import("./prepare-containers.ts");
    const { model } = await prepareContainers(operation.context, owner, files);
    await ensureContainersAndSession(owner, { files, model });
    return;
  }
  await ensureSession(owner);
}
