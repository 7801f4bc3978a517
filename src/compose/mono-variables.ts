import type { Environment } from "../environment/environment.ts";
import {
  hostVariables,
  identityVariables,
  knobsVariable,
  portVariables,
  urlVariables,
  type Variables,
} from "../environment/variables.ts";
import type { ComposeModel } from "./model.ts";
import { publishedPortsOf } from "./private-ports.ts";

/** MONO_*: the ports as they were really allocated, from the generated model. Needs no Docker. */
export function monoVariables(
  environment: Environment,
  dataFolder: string,
  generated: ComposeModel | undefined,
): Variables {
  const identity = identityVariables(environment, dataFolder);
  return generated === undefined ? identity : { ...identity, ...addressVariables(generated) };
}

/** Those that come from the published ports. */
export function addressVariables(generated: ComposeModel): Variables {
  const ports = publishedPortsOf(generated);
  const host = generated["x-mono-host"];
  return { ...portVariables(ports), ...hostVariables(ports, host), ...urlVariables(ports, host) };
}

/**
 * The ports' own variables, which mono has set to the private ports, and their names: so that mono knows them again as its
 * own where it is called with them.
 */
export function knobVariables(turned: Variables): Variables {
  const names = Object.keys(turned);
  return names.length === 0 ? {} : { ...turned, [knobsVariable]: names.join(" ") };
}
