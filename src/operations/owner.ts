import type { ComposeModel } from "../compose/model.ts";
import { monoVariables } from "../compose/mono-variables.ts";
import { callersEnviron, composeVariables } from "../environment/child-environ.ts";
import type { Environment } from "../environment/environment.ts";
import { environmentPaths } from "../environment/paths.ts";
import { callersPlace } from "../environment/session-environ.ts";
import type { Variables } from "../environment/variables.ts";
import type { Interruption } from "../process/interruption.ts";
import { readGenerated } from "../resources/generated-compose-file.ts";
import type { Owner, RunOwner, Viewer } from "../resources/owner.ts";
import type { Context } from "./context.ts";
import type { Operation } from "./exclusively.ts";
import { leadsTo } from "./workspace.ts";

/** The environment as the owner of its resources, in an operation. */
export function ownerOf(
  { context, narrator, lock }: Operation,
  environment: Environment,
  interruption: Interruption = context.interruption,
): Owner {
  return {
    ...viewerOf(context, environment),
    pid: context.pid,
    narrator,
    interruption,
    recordGroup: lock.record,
    mayEngineLag: lock.followsDeadHolder || environment.phase === "initializing",
  };
}

/** The environment for a command that works on none of its resources, and so takes no lock. */
export function viewerOf(context: Context, environment: Environment): Viewer {
  const paths = environmentPaths(context.home, environment.name);
  return {
    environment,
    paths,
    home: context.home.home,
    callersEnv: callersEnviron(context.env),
    callersPlace: callersPlace(context.env, (path) => leadsTo(path, environment.path)),
    variables() {
      const generated = generatedModelOf(context, environment);
      return {
        ...monoVariables(environment, paths.dataFolder, generated),
        ...projectVariables(context, environment, generated),
      };
    },
  };
}

/** The environment's private compose model as it was generated last; none in simple mode. */
export function generatedModelOf(
  { home }: Context,
  { dockerProject, name }: Environment,
): ComposeModel | undefined {
  return dockerProject === null ? undefined : readGenerated(environmentPaths(home, name).composeFile);
}

/** COMPOSE_*, in Docker mode, once there is a file that they can name. */
function projectVariables(
  { home }: Context,
  { dockerProject, name }: Environment,
  generated: ComposeModel | undefined,
): Variables {
  if (dockerProject === null || generated === undefined) return {};
  const { composeFile } = environmentPaths(home, name);
  return composeVariables(dockerProject, composeFile, generated["x-mono-profiles"] ?? []);
}

/** The environment as the owner of its run, which needs no operation. */
export function runOwnerOf(context: Context, environment: Environment): RunOwner {
  return { ...viewerOf(context, environment), pid: context.pid, interruption: context.interruption };
}
