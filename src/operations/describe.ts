import { monoVariables } from "../compose/mono-variables.ts";
import { publishedPortsOf } from "../compose/private-ports.ts";
import type { SharedThing } from "../compose/model.ts";
import { sharedOf } from "../compose/shared.ts";
import { type StrayAddress, straysOf } from "../compose/stray-addresses.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { environmentPaths } from "../environment/paths.ts";
import type { PublishedPort, Variables } from "../environment/variables.ts";
import type { Context } from "./context.ts";
import { readGeneratedModel } from "./owner.ts";

/** All that a program may want to know of an environment which it works with. */
export interface DescribedEnvironment extends Omit<Environment, "mark"> {
  /** The name of its tmux session. */
  readonly session: string;
  readonly dataFolder: string;
  readonly ports: readonly DescribedPort[];
  readonly variables: Variables;
  /** What its containers have in common with other environments. */
  readonly shared: readonly SharedThing[];
  /** Addresses in its compose files that are another copy's. */
  readonly addresses: readonly StrayAddress[];
}

interface DescribedPort extends Omit<PublishedPort, "appProtocol" | "hostIp"> {
  /** Null: on all addresses of this host. */
  readonly hostIp: string | null;
}

/** An environment with what is derived from its row and its private compose file. Asks neither Docker nor tmux. */
export function describe(context: Context, environment: Environment): DescribedEnvironment {
  const generated = readGeneratedModel(context, environment);
  const { mark: _, ...known } = environment;
  const { dataFolder } = environmentPaths(context.home, environment.name);
  return {
    ...known,
    session: resourceNameOf(environment.name),
    dataFolder,
    ports: generated === undefined ? [] : publishedPortsOf(generated).map(describedPort),
    variables: monoVariables(environment, dataFolder, generated),
    shared: generated === undefined ? [] : sharedOf(generated),
    addresses: generated === undefined ? [] : straysOf(generated),
  };
}

function describedPort({ service, protocol, containerPort, hostPort, hostIp }: PublishedPort): DescribedPort {
  return { service, protocol, containerPort, hostPort, hostIp: hostIp ?? null };
}
