/** Whether the services of each copy find one another by name, asked from inside, and nobody else. */
import type { ComposeModel } from "../../src/compose/model.ts";
import type { World } from "../support/world.ts";
import { externalNames, networkOwner } from "./cases.ts";
import type { Copy } from "./copies.ts";
import type { ObservedContainer } from "./observed.ts";

/** Calls of `docker exec` at once: more do not get through the engine any faster. */
const callsAtOnce = 8;

/** The names that a container of the service can use on its networks, with the services that answer to each. */
function visibleNames(model: ComposeModel, service: string): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  const add = (name: string, owner: string) => names.set(name, (names.get(name) ?? new Set()).add(owner));
  const owner = networkOwner(model, service);
  for (const network of Object.keys(owner?.networks ?? {})) {
    for (const [other, { networks, container_name: containerName }] of Object.entries(model.services)) {
      if (networks === undefined || !(network in networks)) continue;
      const aliases = networks[network]?.aliases ?? [];
      for (const name of [other, ...aliases, ...(containerName === undefined ? [] : [containerName])]) {
        add(name, other);
      }
    }
  }
  const links = Array.isArray(owner?.["links"]) ? owner["links"].map(String) : [];
  for (const [target = "", alias = target] of links.map((link) => link.split(":"))) add(alias, target);
  return names;
}

/** Looks all names up in all running containers of all copies. Returns what is wrong. */
export async function lookUpEverywhere(world: World, copies: readonly Copy[]): Promise<readonly string[]> {
  const owners = ownersOf(copies);
  const calls = copies.flatMap((copy) =>
    copy.observed.containers
      .filter(({ state }) => state === "running")
      .map((container) => () => lookUp(world, copy, container, owners)),
  );
  const problems: string[] = [];
  const work = async () => {
    for (let call = calls.pop(); call !== undefined; call = calls.pop()) problems.push(...(await call()));
  };
  await Promise.all(Array.from({ length: callsAtOnce }, work));
  return problems.toSorted();
}

interface Owner {
  readonly copy: string;
  readonly service: string;
  /** Copies meet on an external network, as its user wants them to. */
  readonly isExternal: boolean;
}

function ownersOf(copies: readonly Copy[]): ReadonlyMap<string, Owner> {
  return new Map(
    copies.flatMap((copy) => {
      const external = new Set(externalNames(copy.model, "networks"));
      return copy.observed.containers.flatMap(({ service, networks }) =>
        Object.entries(networks).map(
          ([network, address]) =>
            [address, { copy: copy.name, service, isExternal: external.has(network) }] as const,
        ),
      );
    }),
  );
}

async function lookUp(
  world: World,
  copy: Copy,
  container: ObservedContainer,
  owners: ReadonlyMap<string, Owner>,
): Promise<string[]> {
  const running = new Set(
    copy.observed.containers.filter(({ state }) => state === "running").map(({ service }) => service),
  );
  const names = [...visibleNames(copy.model, container.service)].filter(([, services]) =>
    [...services].some((service) => running.has(service)),
  );
  const found = await addressesOf(
    world,
    container.id,
    names.map(([name]) => name),
  );
  return names.flatMap(([name, services]) => {
    const subject = `${copy.name}: ${container.service} looks ${name} up`;
    const addresses = found.get(name) ?? [];
    if (addresses.length === 0) return [`${subject}: no answer`];
    return addresses.flatMap((address) => {
      const owner = owners.get(address);
      if (owner === undefined) return [`${subject}: ${address}, which is nobody's`];
      if (owner.isExternal || (owner.copy === copy.name && services.has(owner.service))) return [];
      return [`${subject}: ${address}, which is ${owner.service} of ${owner.copy}`];
    });
  });
}

/** One call for all names: an exec takes the engine longer than a hundred lookups. */
async function addressesOf(
  world: World,
  container: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (names.length === 0) return new Map();
  // On a busy machine the engine's name server is too late for a question now and then.
  const look = `answer=$(/bin/busybox nslookup -type=a "$name" 127.0.0.11 2>&1)`;
  const script = `for name; do for try in 1 2 3 4 5; do ${look} && break; done; echo "= $name"; echo "$answer"; done`;
  const argv = ["docker", "exec", container, "/bin/busybox", "sh", "-c", script, "lookups", ...names];
  const { stdout } = await world.call(argv);
  const answers = stdout.split(/^= /m).slice(1);
  return new Map(
    answers.map((answer) => {
      const [name = "", ...rest] = answer.split("\n");
      // The server's own address has a port after it.
      return [name, rest.flatMap((line) => /^Address: ([\d.]+)$/.exec(line)?.[1] ?? [])] as const;
    }),
  );
}
