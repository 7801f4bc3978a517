import {
  type ComposeModel,
  isMapping,
  type Mapping,
  mapValues,
  type Service,
  type ServiceNetwork,
  textOf,
  without,
} from "./model.ts";
import { freezePaths } from "./frozen.ts";
import { builtImagesOf, withPrivateImages } from "./private-images.ts";
import { withServiceReferences } from "./service-references.ts";

interface ServiceOptions {
  readonly project: string;
  /** The profiles that are switched on. */
  readonly activeProfiles: readonly string[];
  /** What relative paths are relative to. */
  readonly directory: string;
}

/** Makes the services private: names, images, addresses, paths; and corrects what `config` prints wrong. */
export function privatizeServices(
  model: ComposeModel,
  { project, activeProfiles, directory }: ServiceOptions,
): ComposeModel["services"] {
  const byContainerName = new Map(
    Object.entries(model.services).flatMap(([name, { container_name: containerName }]) =>
      containerName === undefined ? [] : [[containerName, name] as const],
    ),
  );
  const images = builtImagesOf(model, project, activeProfiles);
  const addresses = fixedAddressesOf(model);
  return mapValues(model.services, (service, name) => {
    const named = withoutContainerName(service);
    const referring = withServiceReferences(named, byContainerName);
    const built = withPrivateImages(referring, name, images, project);
    return freezePaths(corrected(withoutAddresses(built, addresses)), directory);
  });
}

/** A container name is one a host; other services that use it still reach the service, by an alias. */
function withoutContainerName(service: Service): Service {
  const alias = service.container_name;
  if (alias === undefined) return service;
  const { networks } = service;
  const anonymous = without(service, "container_name");
  if (networks === undefined) return anonymous;
  const aliased = mapValues(networks, (network): ServiceNetwork => {
    const aliases = new Set([...(network?.aliases ?? []), alias]);
    return { ...network, aliases: [...aliases] };
  });
  return { ...anonymous, networks: aliased };
}

/** Fixed addresses belong to fixed subnets, which two copies cannot both have; nor is there a DNS server at one. */
function withoutAddresses(service: Service, addresses: ReadonlySet<string>): Service {
  const networks =
    service.networks &&
    mapValues(service.networks, (network) => (network === null ? null : without(network, ...addressKeys)));
  const unaddressed = networks === undefined ? service : { ...service, networks };
  if (!Array.isArray(service["dns"])) return unaddressed;
  return { ...unaddressed, dns: service["dns"].filter((server) => !addresses.has(textOf(server))) };
}

/** How a service says its fixed addresses in a network. */
export const addressKeys = ["ipv4_address", "ipv6_address", "link_local_ips"] as const;

/** The addresses that services of this project have in the model, and will not have in private. */
export function fixedAddressesOf(model: ComposeModel): ReadonlySet<string> {
  const attachments = Object.values(model.services).flatMap(({ networks }) => Object.values(networks ?? {}));
  return new Set(
    attachments.flatMap((network) => [textOf(network?.["ipv4_address"]), textOf(network?.["ipv6_address"])]),
  );
}

/** `config` prints two things that Compose then refuses: `memswap_limit: "-1"`, and `build.ssh` as `key: path`. */
export function corrected(service: Service): Service {
  const changed: Record<string, unknown> = { ...service };
  if (service["memswap_limit"] === "-1") changed["memswap_limit"] = -1;
  const ssh = service.build?.["ssh"];
  if (ssh !== undefined) changed["build"] = { ...service.build, ssh: sshList(ssh) };
  return changed;
}

/** Sorted: Compose prints them in another order each time, and their order means nothing. */
function sshList(ssh: unknown): unknown {
  const entries = Array.isArray(ssh) ? ssh : [ssh];
  return entries
    .flatMap((entry: unknown) =>
      isMapping(entry) ? sshEntries(entry) : [textOf(entry).replace(/^([^=:]+): /, "$1=")],
    )
    .toSorted();
}

function sshEntries(mapping: Mapping): string[] {
  return Object.entries(mapping).map(([key, value]) =>
    value === null || value === "" ? key : `${key}=${textOf(value)}`,
  );
}
