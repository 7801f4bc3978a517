import { loadConfig } from "../config/load.ts";
import { configFileName } from "../config/config.ts";
import type { Environment } from "../environment/environment.ts";
import { noRunScript } from "../error/catalogue/mono-yml.ts";
import { createRunToken, type RunOptions, startRun } from "../resources/run.ts";
import type { Context } from "./context.ts";
import { ensureResources } from "./ensure-resources.ts";
import { exclusively, type Operation, shortWaitMs } from "./exclusively.ts";
import { ownerOf } from "./owner.ts";
import { requireEnvironment, requireReady } from "./workspace.ts";

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
  const environment = requireReady(operation.context, path);
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
