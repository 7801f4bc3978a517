/** What two copies must not have in common, and what each must have. Pure: it judges what was observed. */
import { type ComposeModel, replicasOf } from "../../src/compose/model.ts";
import { externalNames } from "./cases.ts";
import type { Copy } from "./copies.ts";

/** Networks that every engine has. */
const predefinedNetworks = ["bridge", "host", "none"];

/** What is wrong with a copy by itself. */
export function faultsOf(copy: Copy): readonly string[] {
  const { model, observed } = copy;
  const { containers } = observed;
  const down = containers
    .filter(({ isUp }) => !isUp)
    .map(({ name, state }) => `container ${name} is ${state}`);
  const strays = [...new Set(containers.map(({ service }) => service))]
    .filter((service) => model.services[service] === undefined)
    .map((service) => `service ${service} runs, and plain Compose would not start it`);
  return [...down, ...strays, ...serviceFaults(copy), ...portFaults(copy)].map(
    (fault) => `${copy.name}: ${fault}`,
  );
}

function serviceFaults({ model, observed }: Copy): string[] {
  return Object.entries(model.services).flatMap(([name, service]) => {
    const own = observed.containers.filter((container) => container.service === name);
    // What a provider provides is no container.
    const wanted = service["provider"] === undefined ? replicasOf(service) : 0;
    const count =
      own.length === wanted ? [] : [`service ${name} has ${own.length} containers instead of ${wanted}`];
    // On the host's network nothing is published.
    if (service.network_mode !== undefined) return count;
    const ports = (service.ports ?? []).map(({ target, protocol = "tcp", host_ip: hostIp = "" }) =>
      `${target}/${protocol} ${hostIp}`.trimEnd(),
    );
    // A range of host ports for one target is one entry or several, as Compose likes.
    const asText = (list: readonly string[]) => [...new Set(list)].toSorted().join(", ");
    return [
      ...count,
      ...own
        .filter(({ published }) => asText(published) !== asText(ports))
        .map(({ name: container, published }) => {
          return `container ${container} publishes ${asText(published)} instead of ${asText(ports)}`;
        }),
    ];
  });
}

function portFaults({ id, observed }: Copy): string[] {
  const first = 19_000 + id * 100;
  const last = first + 99;
  return observed.containers.flatMap(({ name, hostPorts }) =>
    hostPorts
      .filter((port) => port < first || port > last)
      .map((port) => `container ${name} has host port ${port}, which is not among ${first} to ${last}`),
  );
}

/** What belongs to two copies. */
export function sharedByCopies(copies: readonly Copy[], model: ComposeModel): readonly string[] {
  const external = new Set([...externalNames(model, "networks"), ...predefinedNetworks]);
  const externalVolumes = new Set(externalNames(model, "volumes"));
  const owners = new Map<string, Set<string>>();
  for (const copy of copies) {
    for (const thing of belongings(copy, model)) {
      owners.set(thing, (owners.get(thing) ?? new Set()).add(copy.name));
    }
  }
  const isMeant = (thing: string) => {
    const [kind, name = ""] = thing.split(/ (.*)/s);
    return (kind === "network" && external.has(name)) || (kind === "volume" && externalVolumes.has(name));
  };
  const shared = [...owners].flatMap(([thing, names]) =>
    names.size < 2 || isMeant(thing) ? [] : [`${thing} belongs to ${[...names].join(" and ")}`],
  );
  return [...shared, ...strangeBinds(copies)];
}

/** By kind and name; built images only, since others are pulled, and read by all. */
function belongings({ observed }: Copy, model: ComposeModel): string[] {
  const { containers, networks, volumes, images } = observed;
  return [
    ...containers.map(({ id }) => `container ${id}`),
    ...[...networks, ...containers.flatMap((container) => Object.keys(container.networks))].map(
      (name) => `network ${name}`,
    ),
    ...[...volumes, ...containers.flatMap((container) => container.volumes)].map((name) => `volume ${name}`),
    ...images.map((tag) => `image ${tag}`),
    ...containers
      .filter(({ service }) => model.services[service]?.build !== undefined)
      .map(({ image }) => `image ${image}`),
    ...containers.flatMap(({ hostPorts }) => hostPorts.map((port) => `port ${port}`)),
  ];
}

/** A folder outside all workspaces is the user's choice; another copy's workspace is not. */
function strangeBinds(copies: readonly Copy[]): string[] {
  return copies.flatMap((copy) =>
    copy.observed.containers.flatMap(({ name, binds }) =>
      copies
        .filter((other) => other !== copy)
        .filter(({ path }) => binds.some((source) => source === path || source.startsWith(`${path}/`)))
        .map((other) => `container ${name} mounts the workspace of ${other.name}`),
    ),
  );
}
