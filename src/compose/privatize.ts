/**
 * Makes a Compose model private to one environment, so that any number of copies run side by side.
 * Pure. The table of what collides, and what is done about it, is in `docs/compose.md`.
 */
import { sha256 } from "../environment/digest.ts";
import {
  type ComposeModel,
  type Mapping,
  mapValues,
  type NamedThing,
  type Things,
  without,
} from "./model.ts";
import { isIpv6Subnet, subnetsOf } from "./subnets.ts";
import { allocatePorts } from "./private-ports.ts";
import { privatizeServices } from "./private-services.ts";

interface PrivacyOptions {
  /** The Compose project: prefixes everything that Compose names by itself. */
  readonly project: string;
  /** The environment's id, from which its ports come. */
  readonly id: number;
  /** The services in the order of the compose files. */
  readonly order: readonly string[];
  /** The private model that was generated last, whose subnets are kept, and its ports, if `allocated` is not given. */
  readonly previous: ComposeModel | undefined;
  /** The model with the ports that it has to have. */
  readonly allocated?: ComposeModel;
  /** The profiles that are switched on: the services of others are there, and not started. */
  readonly activeProfiles?: readonly string[];
  /** What relative paths in the model are relative to. */
  readonly directory?: string;
}

/** Driver options that name something of the host which only one network can have. */
export const hostBridgeOption = "com.docker.network.bridge.name";

export function privatize(model: ComposeModel, options: PrivacyOptions): ComposeModel {
  const { networks, volumes, configs, secrets } = model;
  const { project, activeProfiles = [], directory = "/" } = options;
  const services = privatizeServices(model, { project, activeProfiles, directory });
  const renamed: ComposeModel = {
    ...model,
    name: project,
    services,
    ...(networks && { networks: privateNetworks(networks, options) }),
    ...(volumes && { volumes: mapThings(volumes) }),
    ...(configs && { configs: mapThings(configs) }),
    ...(secrets && { secrets: mapThings(secrets) }),
  };
  return allocatePorts(renamed, options.id, options.order, options.allocated ?? options.previous);
}

/** Without a name of its own, Compose calls a thing `<project>_<key>`. What is external stays as it is. */
function mapThings(things: Things, change = (thing: NamedThing) => thing): Things {
  return mapValues(things, (thing) =>
    thing === null || thing.external === true ? thing : change(without(thing, "name")),
  );
}

function privateNetworks(networks: Things, { project, previous }: PrivacyOptions): Things {
  return mapValues(mapThings(networks, privateNetwork), (network, key) => {
    if (network === null || network.external === true) return network;
    const config = [...ipv4Subnets(previous?.networks?.[key]), ...ownIpv6Subnets(network, project, key)];
    return config.length === 0 ? network : { ...network, ipam: { ...network.ipam, config } };
  });
}

/** A subnet that mono gave a network, when Docker had none left, stays: a change would make Compose rebuild it. */
function ipv4Subnets(network: NamedThing | null | undefined): readonly unknown[] {
  return subnetsOf(network).filter((entry) => !isIpv6Subnet(entry));
}

/**
 * Engines before 27 have no pool of IPv6 subnets, and refuse a network with `enable_ipv6` and none of its own. It gets
 * a /64 of the local range (RFC 4193) that no other network of any project has.
 */
function ownIpv6Subnets(network: NamedThing, project: string, key: string): readonly Mapping[] {
  if (network["enable_ipv6"] !== true) return [];
  const digest = sha256(`${project}\0${key}`);
  const groups = [2, 6, 10].map((start) => digest.slice(start, start + 4));
  return [{ subnet: `fd${digest.slice(0, 2)}:${groups.join(":")}::/64` }];
}

function privateNetwork(network: NamedThing): NamedThing {
  const { ipam, driver_opts: driverOptions } = network;
  return {
    ...network,
    ...(ipam && { ipam: without(ipam, "config") }),
    ...(driverOptions && { driver_opts: without(driverOptions, hostBridgeOption) }),
  };
}
