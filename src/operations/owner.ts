import { publishedPortsOf } from "../compose/private-ports.ts";
import { callersEnviron, composeVariables } from "../environment/child-environ.ts";
import type { Environment } from "../environment/environment.ts";
import { environmentPaths } from "../environment/paths.ts";
import { identityVariables, portVariables, type Variables } from "../environment/variables.ts";
import type { Interruption } from "../process/interruption.ts";
import { readGenerated } from "../resources/private-compose-file.ts";
import type { Owner } from "../resources/owner.ts";
import type { Context } from "./context.ts";
import type { Operation } from "./exclusively.ts";

/** The environment as the owner of its resources, in an operation. */
export function ownerOf(
  { context, narrator, lock }: Operation,
  environment: Environment,
  interruption: Interruption = context.interruption,
): Owner {
  return {
    environment,
    paths: environmentPaths(context.home, environment.name),
    home: context.home.home,
    pid: context.pid,
    callersEnv: callersEnviron(context.env),
    variables: () => ({ ...monoVariables(context, environment), ...projectVariables(context, environment) }),
    narrator,
    interruption,
    recordGroup: lock.record,
  };
}

/** MONO_*: the ports as they were really allocated, read back from the generated file. Needs no Docker. */
export function monoVariables({ home }: Context, environment: Environment): Variables {
  const { composeFile, dataFolder } = environmentPaths(home, environment.name);
  const identity = identityVariables(environment, dataFolder);
  const generated = environment.dockerProject === null ? undefined : readGenerated(composeFile);
  return generated === undefined ? identity : { ...identity, ...portVariables(publishedPortsOf(generated)) };
}

/** COMPOSE_*, in Docker mode, once there is a file that they can name. */
function projectVariables({ home }: Context, { dockerProject, name }: Environment): Variables {
  const { composeFile } = environmentPaths(home, name);
  const generated = dockerProject === null ? undefined : readGenerated(composeFile);
  if (dockerProject === null || generated === undefined) return {};
  return composeVariables(dockerProject, composeFile, generated["x-mono-profiles"] ?? []);
}
