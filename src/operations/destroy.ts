import { existsSync } from "node:fs";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../environment/environment.ts";
import { nothingInterrupted } from "../error/catalogue/workspace.ts";
import { MonoError, retold } from "../error/mono-error.ts";
import {
  becauseOfSilence,
  findSilence,
  OtherEngineError,
  requireOwnEngine,
} from "../resources/own-engine.ts";
import { ensureOwnFolder } from "../resources/data-folder.ts";
import type { Owner } from "../resources/owner.ts";
import type { Context } from "./context.ts";
import { exclusively, type Operation } from "./exclusively.ts";
import { ownerOf } from "./owner.ts";
import { removeEverything } from "./remove-everything.ts";
import { runScript } from "./script.ts";
import { requireEnvironment } from "./workspace.ts";

interface DestroyOptions {
  /** Go on when the destroy script fails, or another engine answers in the place of the environment's. */
  readonly force: boolean;
  /** Finish an init or destroy that was cut short, and leave an environment that is ready alone. */
  readonly interrupted: boolean;
}

/** Takes everything of an environment away. Only goes forward: a step that fails keeps the row for the next try. */
export async function destroy(context: Context, path: string, options: DestroyOptions): Promise<Environment> {
  const { name, path: stored } = requireEnvironment(context, path);
  return await exclusively(
    context,
    { command: "destroy", path: stored, name, waitMs: undefined },
    async (operation) => {
      // Looked up again: the mono that was waited for may have destroyed it.
      const environment = requireEnvironment(context, stored);
      if (options.interrupted && environment.phase === "ready") {
        throw nothingInterrupted({ name: environment.name });
      }
      const reachable = await withoutLostEngine(operation, environment, options);
      await runDestroyScript(operation, environment, options);
      context.environments.update({ ...environment, phase: "destroying" });
      await removeOrExplain(operation, ownerOf(operation, reachable));
      return environment;
    },
  );
}

/**
 * The environment as far as it can be removed: asked before anything is done, since a script could not work without
 * the engine either. With `force`, containers on an engine that has been replaced are taken for gone; those on one that
 * only does not answer never are.
 */
async function withoutLostEngine(
  operation: Operation,
  environment: Environment,
  { force }: DestroyOptions,
): Promise<Environment> {
  try {
    await operation.narrator.during("asking the Docker engine", () =>
      requireOwnEngine(ownerOf(operation, environment)),
    );
    return environment;
  } catch (error) {
    if (!(error instanceof MonoError)) throw error;
    if (!force || !(error instanceof OtherEngineError)) {
      throw retold(error, {
        message: `cannot destroy ${environment.name}: ${error.message}`,
        hint: `nothing was removed: ${error.hint}`,
      });
    }
    operation.narrator.warn(
      `${error.message}: going on, as --force says, as if they were gone; nothing is removed from the engine that answers`,
    );
    return { ...environment, dockerProject: null };
  }
}

async function removeOrExplain(operation: Operation, owner: Owner): Promise<void> {
  try {
    await removeEverything(operation, owner);
  } catch (error) {
    const isInterrupted = error instanceof MonoError && error.code === "interrupted";
    const silence = isInterrupted ? undefined : await findSilence(owner, error);
    if (silence === undefined) throw error;
    throw becauseOfSilence(error, silence, "run mono destroy again: it goes on from here");
  }
}

async function runDestroyScript(
  operation: Operation,
  environment: Environment,
  { force }: DestroyOptions,
): Promise<void> {
  const { narrator } = operation;
  // An init or destroy that was cut short has left nothing for the script to work with.
  if (environment.phase !== "ready") return;
  if (!existsSync(environment.path)) {
    narrator.warn(`${environment.path} is gone: no destroy script is run`);
    return;
  }
  const config = await readableConfig(operation, environment);
  if (config === undefined) return;
  const owner = ownerOf(operation, environment);
  ensureOwnFolder(owner);
  try {
    await runScript(owner, config, "destroy");
  } catch (error) {
    if (!(error instanceof MonoError) || error.code === "interrupted") throw error;
    if (!force) {
      throw retold(error, {
        message: `cannot destroy ${environment.name}: ${error.message}`,
        hint: "nothing was removed: mend the script, or go on without it: mono destroy --force",
      });
    }
    narrator.warn(`${error.message}: going on, as --force says`);
  }
}

/** A mono.yml that cannot be read does not keep an environment alive: its script is not known, and that is said. */
async function readableConfig(
  { narrator }: Operation,
  environment: Environment,
): Promise<Config | undefined> {
  try {
    return await loadConfig(environment.path);
  } catch (error) {
    if (!(error instanceof MonoError)) throw error;
    narrator.warn(`${error.message}: no destroy script is run`);
    for (const line of error.details) narrator.note(line);
    return undefined;
  }
}
