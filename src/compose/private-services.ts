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
import { withServiceReferences } from "./service-references.ts";

/** How long a container may take to stop, unless its service says so: its volumes are thrown away with it. */
const stopGracePeriod = "1s";

/** Makes the services private: names, images, addresses; and mends what `config` prints wrong. */
export function privatizeServices(model: ComposeModel, project: string): ComposeModel["services"] {
  const byContainerName = new Map(
    Object.entries(model.services).flatMap(([name, { container_name: containerName }]) =>
      containerName === undefined ? [] : [[containerName, name] as const],
    ),
  );
  const builtImages = builtImagesOf(model, project);
  const addresses = fixedAddressesOf(model);
  return mapValues(model.services, (service) => {
    const named = withoutContainerName(service);
    const referring = withServiceReferences(named, byContainerName);
    const built = withPrivateImage(referring, builtImages);
    return mended({ stop_grace_period: stopGracePeriod, ...withoutAddresses(built, addresses) });
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

/** The tags that this project builds, with the tag each has in this environment alone. */
function builtImagesOf(model: ComposeModel, project: string): ReadonlyMap<string, string> {
  const images = new Map<string, string>();
  for (const [name, { build, image }] of Object.entries(model.services)) {
    if (build === undefined) continue;
    const own = `${project}-${name}`;
    const tags = Array.isArray(build["tags"]) ? build["tags"].map(textOf) : [];
    for (const tag of [...tags, ...(image === undefined ? [] : [image])]) images.set(fullTag(tag), own);
  }
  return images;
}

/** `shop`, `shop:latest` and `docker.io/library/shop` are one image to Docker. */
function fullTag(tag: string): string {
  const name = tag.replace(/^docker\.io\//, "").replace(/^library\//, "");
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
}

/**
 * A built service has no `image`: Compose then tags it `<project>-<service>`, and does not ask a registry for that
 * name first, as it does with an explicit one. A service that uses the image must not ask for it either.
 */
function withPrivateImage(service: Service, builtImages: ReadonlyMap<string, string>): Service {
  if (service.build !== undefined) {
    const { pull_policy: policy } = service;
    const unnamed = { ...without(service, "image", "pull_policy"), build: without(service.build, "tags") };
    return policy === "build" ? { ...unnamed, pull_policy: policy } : unnamed;
  }
  const own = builtImages.get(fullTag(service.image ?? ""));
  return own === undefined ? service : { ...service, image: own, pull_policy: "never" };
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

/** `config` prints two things that Compose then refuses: `memswap_limit: "-1"`, and `build.ssh` as a mapping. */
function mended(service: Service): Service {
  const changed: Record<string, unknown> = { ...service };
  if (service["memswap_limit"] === "-1") changed["memswap_limit"] = -1;
  const ssh = service.build?.["ssh"];
  if (ssh !== undefined) changed["build"] = { ...service.build, ssh: sshList(ssh) };
  return changed;
}

function sshList(ssh: unknown): unknown {
  const entries = Array.isArray(ssh) ? ssh : [ssh];
  return entries.flatMap((entry: unknown) => (isMapping(entry) ? sshEntries(entry) : [entry]));
}

function sshEntries(mapping: Mapping): string[] {
  return Object.entries(mapping).map(([key, value]) =>
    value === null || value === "" ? key : `${key}=${textOf(value)}`,
  );
}
