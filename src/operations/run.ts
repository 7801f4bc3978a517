import { loadConfig } from "../config/load.ts";
import { configFileName } from "../config/config.ts";
import type { Environment } from "../environment/environment.ts";
import { runTokenVariable } from "../environment/variables.ts";
import { noRunScript } from "../error/catalogue/mono-yml.ts";
import { calledByRunScript } from "../error/catalogue/scripts.ts";
import { isCalledInRunsPane } from "../resources/run/pane.ts";
import { createRunToken, lastRun } from "../resources/run/record.ts";
import { type RunOptions, startRun } from "../resources/run/start.ts";
import type { Context } from "./context.ts";
import { ensureResources } from "./ensure-resources.ts";
import { exclusively, type Operation, shortWaitMs } from "./exclusively.ts";
import { readOwner, readViewer } from "./owner.ts";
import { requireEnvironment, requireReady } from "./workspace.ts";

export interface RunCommandOptions extends Omit<RunOptions, "executable" | "token"> {
  /** Names the run, for a caller that has to find it again. */
  readonly token?: string | undefined;
  /** Leave the run script, and a run that is going on, alone. */
  readonly withoutScript: boolean;
}

export interface BroughtUp {
  readonly environment: Environment;
  /** True when a run was started: there is a run script, and it was wanted. */
  readonly isRun: boolean;
}

/** Starts the run script in the environment's session, after bringing back what a reboot took. */
export async function run(context: Context, path: string, options: RunCommandOptions): Promise<BroughtUp> {
  const { name, path: stored } = requireEnvironment(context, path);
  const lock = { command: "run", path: stored, name, waitMs: shortWaitMs } as const;
  return await exclusively(context, lock, (operation) => runUnderLock(operation, stored, options));
}

async function runUnderLock(
  operation: Operation,
  path: string,
  { token, withoutScript, ...options }: RunCommandOptions,
): Promise<BroughtUp> {
  const { executable } = operation.context;
  // Looked up again: the mono that was waited for may have changed it.
  const environment = requireReady(operation.context, path);
  const config = await loadConfig(environment.path);
  const script = withoutScript ? undefined : config.scripts.run;
  const { paths } = readOwner(operation, environment);
  // It would end its own caller, and itself with it.
  const caller = operation.context.env[runTokenVariable];
  if (!withoutScript && caller !== undefined && caller === lastRun(paths)) {
    throw calledByRunScript({ environment: environment.name });
  }
  const hasContainers = environment.dockerProject !== null;
  if (script === undefined && !hasContainers && !withoutScript) {
    throw noRunScript({ path: environment.path, file: configFileName });
  }
  await ensureResources(operation, environment, config);
  if (script === undefined) return { environment, isRun: false };
  const wanted = { ...options, executable, token: token ?? createRunToken() };
  const start = () => startRun(readOwner(operation, environment), script, wanted);
  await operation.narrator.during("starting the run script", start);
  return { environment, isRun: true };
}

/** True when the run is going to start in the terminal in which mono was called: that terminal shows it then. */
export async function isShownWhereCalled(context: Context, path: string): Promise<boolean> {
  return await isCalledInRunsPane(readViewer(context, requireEnvironment(context, path)), context.pid);
}
