import { existsSync } from "node:fs";
import type { ComposeModel } from "../compose/model.ts";
import { knobVariables, monoVariables } from "../compose/mono-variables.ts";
import { callersEnviron, composeVariables } from "../environment/child-environ.ts";
import type { Environment } from "../environment/environment.ts";
import { environmentPaths } from "../environment/paths.ts";
import { callersPlace } from "../environment/session-environ.ts";
import type { Variables } from "../environment/variables.ts";
import type { Interruption } from "../process/interruption.ts";
import { resolveDockerCall } from "../resources/docker-call.ts";
import { readGenerated } from "../resources/generated-compose-file.ts";
import type { Owner, RunOwner, Viewer } from "../resources/owner.ts";
import type { Context } from "./context.ts";
import type { Operation } from "./exclusively.ts";
import { leadsTo } from "./workspace.ts";

/**
 * The environment as the owner of its resources, in an operation. Reads the private compose file and docker's
 * configuration: read it again when one of them has changed.
 */
export function readOwner(
  { context, narrator, lock }: Operation,
  environment: Environment,
  interruption: Interruption = context.interruption,
): Owner {
  const viewer = readViewer(context, environment);
  // Nothing starts without the private compose file.
  const mayHaveStarted = environment.phase === "initializing" && existsSync(viewer.paths.composeFile);
  return {
    ...viewer,
    docker: { ...resolveDockerCall(viewer), interruption },
    pid: context.pid,
    narrator,
    interruption,
    recordGroup: lock.record,
    mayEngineLag: lock.followsDeadHolder || mayHaveStarted,
  };
}

/**
 * The environment for a command that works on none of its resources, and so takes no lock. Reads the private compose
 * file.
 */
export function readViewer(context: Context, environment: Environment): Viewer {
  const owner = runOwnerOf(context, environment);
  const generated = readGeneratedModel(context, environment);
  return {
    ...owner,
    callersPlace: callersPlace(context.env, (path) => leadsTo(path, environment.path)),
    variables: {
      ...monoVariables(environment, owner.paths.dataFolder, generated),
      ...projectVariables(context, environment, generated),
    },
  };
}

/** Reads the environment's private compose model as it was generated last; none in simple mode. */
export function readGeneratedModel(
  { home }: Context,
  { dockerProject, name }: Omit<Environment, "mark">,
): ComposeModel | undefined {
  return dockerProject === null ? undefined : readGenerated(environmentPaths(home, name).composeFile);
}

/** COMPOSE_* and the ports' own variables, in Docker mode, once there is a file that they can name. */
function projectVariables(
  { home }: Context,
  { dockerProject, name }: Environment,
  generated: ComposeModel | undefined,
): Variables {
  if (dockerProject === null || generated === undefined) return {};
  const { composeFile } = environmentPaths(home, name);
  return {
    ...composeVariables(dockerProject, composeFile, generated["x-mono-profiles"] ?? []),
    ...knobVariables(generated["x-mono-turned"] ?? {}),
  };
}

/** The environment as the owner of its run, which needs no operation. */
export function runOwnerOf(context: Context, environment: Environment): RunOwner {
  return {
    environment,
    paths: environmentPaths(context.home, environment.name),
    home: context.home.home,
    callersEnv: callersEnviron(context.env),
    pid: context.pid,
    interruption: context.interruption,
  };
}
