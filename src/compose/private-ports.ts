import { portAt } from "../environment/ports.ts";
import type { PublishedPort } from "../environment/variables.ts";
import { type ComposeModel, mapValues, type PortEntry, replicasOf, type Service } from "./model.ts";

/** The offsets of one published port in the environment's block: `count` of them from `first`. */
interface Allocation {
  readonly first: number;
  readonly count: number;
}

/**
 * Gives every published port its host port of the environment, service by service in `order`, then port by port.
 * A port that `previous` (the model as it was generated last) has keeps it; what is new takes the next free offset.
 */
export function allocatePorts(
  model: ComposeModel,
  id: number,
  order: readonly string[],
  previous: ComposeModel | undefined,
): ComposeModel {
  const kept = previous === undefined ? new Map<string, Allocation>() : allocationsOf(previous, id);
  const used = new Set([...kept.values()].flatMap(offsetsOf));
  const take = (count: number): Allocation => {
    let first = 0;
    while (offsetsOf({ first, count }).some((offset) => used.has(offset))) first++;
    for (const offset of offsetsOf({ first, count })) used.add(offset);
    return { first, count };
  };
  const ports = new Map(
    order.map((name) => [name, allocateService(name, model.services[name], id, kept, take)]),
  );
  const services = mapValues(model.services, (service, name) => {
    const own = ports.get(name);
    return own === undefined || service.ports === undefined ? service : { ...service, ports: own };
  });
  return { ...model, services };
}

function allocateService(
  name: string,
  service: Service | undefined,
  id: number,
  kept: ReadonlyMap<string, Allocation>,
  take: (count: number) => Allocation,
): readonly PortEntry[] {
  const entries = service?.ports ?? [];
  const keys = portKeys(name, entries);
  // One published number serves tcp and udp, and several host addresses.
  const shared = new Map<string, Allocation>();
  return entries.map((entry, index) => {
    const count = Math.max(rangeOf(entry).count, service === undefined ? 1 : replicasOf(service));
    const number = `${entry.published ?? `:${entry.target}`} ${count}`;
    const before = kept.get(keys[index] ?? "");
    const allocation = (before?.count === count ? before : undefined) ?? shared.get(number) ?? take(count);
    shared.set(number, allocation);
    return { ...entry, published: published(id, allocation) };
  });
}

function published(id: number, { first, count }: Allocation): string {
  const from = portAt(id, first);
  return count === 1 ? String(from) : `${from}-${portAt(id, first + count - 1)}`;
}

function offsetsOf({ first, count }: Allocation): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** What stays the same about a port when its file is edited: its target, protocol, address, and turn among equals. */
function portKeys(service: string, entries: readonly PortEntry[]): string[] {
  const turns = new Map<string, number>();
  return entries.map((entry) => {
    const key = `${service}\0${entry.target}/${entry.protocol ?? "tcp"}\0${entry.host_ip ?? ""}`;
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return `${key}\0${turn}`;
  });
}

function allocationsOf(generated: ComposeModel, id: number): Map<string, Allocation> {
  const allocations = new Map<string, Allocation>();
  for (const [name, service] of Object.entries(generated.services)) {
    const entries = service.ports ?? [];
    portKeys(name, entries).forEach((key, index) => {
      const { first, count } = rangeOf(entries[index]);
      if (first !== undefined) allocations.set(key, { first: first - portAt(id, 0), count });
    });
  }
  return allocations;
}

/** The published numbers of an entry: `3000-3005` are six from 3000, none given is one of any number. */
function rangeOf(entry: PortEntry | undefined): { first: number | undefined; count: number } {
  if (entry?.published === undefined || entry.published === "") return { first: undefined, count: 1 };
  const [first = 0, last = first] = entry.published.split("-").map(Number);
  return { first, count: last - first + 1 };
}

/** The ports that a generated model publishes, lowest first among services, in each service's own order. */
export function publishedPortsOf(generated: ComposeModel): readonly PublishedPort[] {
  const services = Object.entries(generated.services).map(([service, { ports = [] }]) =>
    ports.map((entry) => ({
      service,
      protocol: entry.protocol ?? "tcp",
      containerPort: entry.target,
      hostPort: rangeOf(entry).first ?? 0,
      hostIp: entry.host_ip,
    })),
  );
  const lowest = (ports: readonly PublishedPort[]) => Math.min(...ports.map((port) => port.hostPort));
  return services
    .filter((ports) => ports.length > 0)
    .toSorted((one, other) => lowest(one) - lowest(other))
    .flat();
}
