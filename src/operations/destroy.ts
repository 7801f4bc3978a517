import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../environment/environment.ts";
import { databaseFull } from "../error/catalogue/home.ts";
import { notMissing, nothingInterrupted } from "../error/catalogue/workspace.ts";
import { isFailure, isInterruption, MonoError } from "../error/mono-error.ts";
import { becauseOfSilence, findSilence, requireOwnEngine } from "../resources/own-engine.ts";
import { ensureOwnFolder } from "../resources/data-folder.ts";
import type { Owner } from "../resources/owner.ts";
import { requireKnownSession } from "../resources/session.ts";
import type { Context } from "./context.ts";
import { exclusively, type Operation } from "./exclusively.ts";
import { readOwner } from "./owner.ts";
import { afterFailedScript, mayHaveScript, planDestroy, type SeenByDestroy } from "./plan-destroy.ts";
import { removeEverything } from "./remove-everything.ts";
import { runScript } from "./script.ts";
import { type Ended, forSeveral } from "./several.ts";
import { isGone, requireEnvironment, requireStored } from "./workspace.ts";

export interface DestroyOptions {
  /** Go on when the destroy script or a provider fails, or another engine answers in the place of the environment's. */
  readonly force: boolean;
  /** Remove what an init or destroy that was cut short has left, and leave an environment that is ready alone. */
  readonly interrupted: boolean;
  /** Leave it alone when its folder is there. */
  readonly missing: boolean;
}

/** Removes everything that an environment owns. Only goes forward: a step that fails keeps the row for the next try. */
export async function destroy(context: Context, path: string, options: DestroyOptions): Promise<Environment> {
  const { name, path: stored } = requireEnvironment(context, path);
  return await exclusively(
    context,
    { command: "destroy", path: stored, name, waitMs: undefined },
    async (operation) => {
      // Looked up again: the mono that was waited for may have destroyed it.
      const environment = requireStored(context, stored);
      if (options.interrupted && environment.phase === "ready") {
        throw nothingInterrupted({ name: environment.name });
      }
      // The disk may have come back since it was looked at.
      if (options.missing && !isGone(environment.path)) throw notMissing({ name: environment.name });
      const plan = planDestroy(await look(operation, environment), options.force);
      if (plan.kind === "refuse") throw plan.error;
      for (const { notes, text } of plan.warnings) {
        operation.narrator.warn(text);
        for (const line of notes) operation.narrator.note(line);
      }
      await runDestroyScript(operation, environment, plan.config, options);
      // What the script has left in the background could make things again.
      await operation.lock.endRecorded(context.interruption.second);
      markDestroying(operation, environment);
      await removeOrExplain(operation, readOwner(operation, plan.environment), options);
      return environment;
    },
  );
}

/** `destroy` for each of them, in any order. */
export async function destroySeveral(
  context: Context,
  environments: readonly Environment[],
  options: DestroyOptions,
): Promise<readonly Ended[]> {
  return await forSeveral(context, environments, {
    doing: "destroying",
    async act(own, { name, path }) {
      try {
        await destroy(own, path, options);
      } catch (error) {
        if (!(error instanceof MonoError) || error.code !== "no-such-environment") throw error;
        return `${name} was destroyed by another mono`;
      }
      return `${name} is destroyed`;
    },
    failed: (name) => `${name} is still there`,
  });
}

/** On a full disk the row stays as it is: then the next destroy runs the script again, if this one is cut short. */
function markDestroying({ context, narrator }: Operation, environment: Environment): void {
  try {
    context.environments.update({ ...environment, phase: "destroying" });
  } catch (error) {
    if (!(error instanceof MonoError) || error.id !== databaseFull.id) throw error;
    narrator.warn(`${error.message}: going on, since removing makes room`);
  }
}

/** tmux and the engine are asked before anything is done, since a script could not work without them either. */
async function look(operation: Operation, environment: Environment): Promise<SeenByDestroy> {
  const engineError = await operation.narrator.during("asking the Docker engine", () =>
    failureIn(async () => await requireOwnEngine(readOwner(operation, environment))),
  );
  const tmuxError = await failureIn(async () => await requireKnownSession(readOwner(operation, environment)));
  const folder = { environment, isFolderThere: !isGone(environment.path) };
  const config = mayHaveScript(folder) ? await readableConfig(environment) : undefined;
  return { ...folder, engineError, tmuxError, config };
}

async function failureIn(act: () => Promise<void>): Promise<MonoError | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
}

async function readableConfig({ path }: Environment): Promise<Config | MonoError> {
  try {
    return await loadConfig(path);
  } catch (error) {
    if (error instanceof MonoError) return error;
    throw error;
  }
}

async function removeOrExplain(operation: Operation, owner: Owner, { force }: DestroyOptions): Promise<void> {
  try {
    await removeEverything(operation, owner, force);
  } catch (error) {
    const silence = isInterruption(error) ? undefined : await findSilence(owner, error);
    if (silence === undefined) throw error;
    throw becauseOfSilence(error, silence, "run mono destroy again: it continues from here");
  }
}

async function runDestroyScript(
  operation: Operation,
  environment: Environment,
  config: Config | undefined,
  { force }: DestroyOptions,
): Promise<void> {
  if (config === undefined) return;
  const owner = readOwner(operation, environment);
  ensureOwnFolder(owner);
  const error = await failureIn(async () => await runScript(owner, config, "destroy"));
  if (error === undefined) return;
  const told = afterFailedScript(environment, error, force);
  if (typeof told !== "string") throw told;
  operation.narrator.warn(told);
}
