/**
 * Makes a Compose model private to one environment, so that any number of copies run side by side.
 * Pure. The table of what collides, and what is done about it, is in `docs/compose.md`.
 */
import { type ComposeModel, mapValues, type NamedThing, type Things, without } from "./model.ts";
import { allocatePorts } from "./private-ports.ts";
import { privatizeServices } from "./private-services.ts";

interface PrivacyOptions {
  /** The Compose project: prefixes everything that Compose names by itself. */
  readonly project: string;
  /** The environment's id, from which its ports come. */
  readonly id: number;
  /** The services in the order of the compose files. */
  readonly order: readonly string[];
  /** The private model that was generated last, whose ports are kept. */
  readonly previous: ComposeModel | undefined;
}

/** Driver options that name something of the host which only one network can have. */
export const hostBridgeOption = "com.docker.network.bridge.name";

export function privatize(model: ComposeModel, options: PrivacyOptions): ComposeModel {
  const { networks, volumes, configs, secrets } = model;
  const services = privatizeServices(model, options.project);
  const renamed: ComposeModel = {
    ...model,
    name: options.project,
    services,
    ...(networks && { networks: privateNetworks(networks, options.previous?.networks ?? {}) }),
    ...(volumes && { volumes: mapThings(volumes) }),
    ...(configs && { configs: mapThings(configs) }),
    ...(secrets && { secrets: mapThings(secrets) }),
  };
  return allocatePorts(renamed, options.id, options.order, options.previous);
}

/** Without a name of its own, Compose calls a thing `<project>_<key>`. What is external stays as it is. */
function mapThings(things: Things, change = (thing: NamedThing) => thing): Things {
  return mapValues(things, (thing) =>
    thing === null || thing.external === true ? thing : change(without(thing, "name")),
  );
}

/** A subnet that mono gave a network, when Docker had none left, stays: a change would make Compose rebuild it. */
function privateNetworks(networks: Things, previous: Things): Things {
  return mapValues(mapThings(networks, privateNetwork), (network, key) => {
    const config = previous[key]?.ipam?.["config"];
    if (network?.external === true || config === undefined) return network;
    return { ...network, ipam: { ...network?.ipam, config } };
  });
}

function privateNetwork(network: NamedThing): NamedThing {
  const { ipam, driver_opts: driverOptions } = network;
  return {
    ...network,
    ...(ipam && { ipam: without(ipam, "config") }),
    ...(driverOptions && { driver_opts: without(driverOptions, hostBridgeOption) }),
  };
}
