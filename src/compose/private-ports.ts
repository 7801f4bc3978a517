import { portAt, portsPerEnvironment, tooManyPortsError } from "../environment/ports.ts";
import type { PublishedPort } from "../environment/variables.ts";
import { invalidPort } from "../error/catalogue/compose.ts";
import { shown } from "../text/shown.ts";
import { type ComposeModel, mapValues, type PortEntry, replicasOf, type Service } from "./model.ts";

const highestPort = 65_535;

/** The offsets of one published port in the environment's block: `count` of them from `first`. */
interface Allocation {
  readonly first: number;
  readonly count: number;
}

/** A published port of the model, and what decides which offset it gets. */
interface WantedPort {
  readonly service: string;
  readonly entry: PortEntry;
  /** What stays the same about it when its file is edited. */
  readonly key: string;
  /** The published number as it is written; ports of one service that share it share an offset. */
  readonly number: string;
  /** How many host ports it needs: a range, or one for each replica. */
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
  const before = previous === undefined ? new Map<string, Allocation>() : allocationsOf(previous, id);
  const wanted = order.flatMap((name) => wantedPorts(name, model.services[name]));
  const given = new Map<WantedPort, Allocation>();
  for (const port of wanted) {
    const kept = before.get(port.key);
    if (kept?.count === port.count) given.set(port, kept);
  }
  const take = createTaker([...given.values()], [...before.values()]);
  for (const port of wanted) {
    if (!given.has(port)) given.set(port, findShared(port, given) ?? take(port.count));
  }
  const services = mapValues(model.services, (service, name) => {
    if (service.ports === undefined) return service;
    const own = wanted.filter((port) => port.service === name);
    const ports = own.flatMap((port) => {
      const allocation = given.get(port);
      return allocation === undefined ? [] : [published(port.entry, id, allocation)];
    });
    return { ...service, ports };
  });
  return { ...model, services };
}

function wantedPorts(service: string, model: Service | undefined): WantedPort[] {
  const entries = model?.ports ?? [];
  for (const entry of entries) requirePort(service, entry);
  const keys = portKeys(service, entries);
  const replicas = model === undefined ? 1 : replicasOf(model);
  return entries.map((entry, index) => ({
    service,
    entry,
    key: keys[index] ?? "",
    number: entry.published ?? `:${entry.target}`,
    count: Math.max(rangeOf(entry).count, replicas),
  }));
}

/** The offset of another port of the service with the same number, if both can have it: tcp beside udp, say. */
function findShared(port: WantedPort, given: ReadonlyMap<WantedPort, Allocation>): Allocation | undefined {
  const others = [...given].filter(([{ service }]) => service === port.service);
  const candidate = others.find(([{ number, count }]) => number === port.number && count === port.count)?.[1];
  const isTaken = others.some(
    ([{ entry }, allocation]) => allocation.first === candidate?.first && isConflict(entry, port.entry),
  );
  return isTaken ? undefined : candidate;
}

/** True if the two cannot have one host port: same protocol, and addresses that include one another. */
function isConflict(one: PortEntry, other: PortEntry): boolean {
  if ((one.protocol ?? "tcp") !== (other.protocol ?? "tcp")) return false;
  const [address = "", otherAddress = ""] = [one.host_ip, other.host_ip];
  const includes = (wide: string, narrow: string) =>
    wide === "" || (wide === "0.0.0.0" && !narrow.includes(":")) || (wide === "::" && narrow.includes(":"));
  return address === otherAddress || includes(address, otherAddress) || includes(otherAddress, address);
}

/**
 * Takes the lowest free offsets. What an earlier generation had and this one has not is taken last: its container may
 * still be there while Compose starts the new one.
 */
function createTaker(
  kept: readonly Allocation[],
  before: readonly Allocation[],
): (count: number) => Allocation {
  const used = new Set(kept.flatMap(offsetsOf));
  const lately = new Set(before.flatMap(offsetsOf));
  return (count) => {
    const starts = Array.from({ length: Math.max(0, portsPerEnvironment - count + 1) }, (_, first) => first);
    const isFree = (first: number, taken: ReadonlySet<number>) =>
      offsetsOf({ first, count }).every((offset) => !taken.has(offset));
    const unused = starts.filter((first) => isFree(first, used));
    const first = unused.find((start) => isFree(start, lately)) ?? unused[0];
    if (first === undefined) throw tooManyPortsError();
    for (const offset of offsetsOf({ first, count })) used.add(offset);
    return { first, count };
  };
}

function published(entry: PortEntry, id: number, { first, count }: Allocation): PortEntry {
  const from = portAt(id, first);
  return { ...entry, published: count === 1 ? String(from) : `${from}-${portAt(id, first + count - 1)}` };
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

/** The last host port of an entry of a generated model. */
export function lastHostPort(entry: PortEntry): number {
  const { first = 0, count } = rangeOf(entry);
  return first + count - 1;
}

/** In the long form Compose takes any text for a published port, and leaves a target of 0 out. */
function requirePort(service: string, { target, published: range = "" }: PortEntry): void {
  const fail = (what: string) => {
    throw invalidPort({ service, what, highest: highestPort });
  };
  if (!(target >= 1 && target <= highestPort)) fail(`has no such container port: ${target ?? 0}`);
  const [first = 0, last = first] = range.split("-").map(Number);
  const isRange = /^(\d+(-\d+)?)?$/.test(range) && first <= last && last <= highestPort;
  if (!isRange) fail(`cannot publish the port ${shown(range)}`);
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
      ...(entry.app_protocol !== undefined && { appProtocol: entry.app_protocol }),
    })),
  );
  const lowest = (ports: readonly PublishedPort[]) => Math.min(...ports.map((port) => port.hostPort));
  return services
    .filter((ports) => ports.length > 0)
    .toSorted((one, other) => lowest(one) - lowest(other))
    .flat();
}
