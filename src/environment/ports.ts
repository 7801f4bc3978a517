import { MonoError } from "../error/mono-error.ts";

const basePort = 19_000;
/** How many host ports an environment has. */
export const portsPerEnvironment = 100;
/** The last id whose whole block is below 65536. */
export const highestId = Math.floor((65_535 - basePort - (portsPerEnvironment - 1)) / portsPerEnvironment);

/** The host port at an offset of the environment's block. Throws when the block has no such offset. */
export function portAt(id: number, offset: number): number {
  if (offset >= portsPerEnvironment) throw tooManyPortsError();
  return basePort + id * portsPerEnvironment + offset;
}

export function tooManyPortsError(): MonoError {
  return new MonoError(`the compose files publish more than ${portsPerEnvironment} ports`, {
    code: "configuration",
    hint: `an environment has ${portsPerEnvironment} host ports; each port of a range counts, and each replica`,
  });
}

/** The ports of an environment: `first` to `last`, both included. */
export function portBlockOf(id: number): { readonly first: number; readonly last: number } {
  return { first: portAt(id, 0), last: portAt(id, portsPerEnvironment - 1) };
}

/** The smallest id that is neither taken nor among the blocks in which something listens on this host. */
export function firstFreeId(taken: ReadonlySet<number>, busy: ReadonlySet<number>): number {
  for (let id = 1; id <= highestId; id++) if (!taken.has(id) && !busy.has(id)) return id;
  const others = busy.size === 0 ? "" : `, and ports of ${busy.size} more blocks are in use on this host`;
  throw new MonoError(`no free block of ports: ${taken.size} environments exist${others}`, {
    hint: `there is room for ${highestId}: see mono list, and mono destroy those that are not needed`,
  });
}
