import { tooManyPorts } from "../error/catalogue/compose.ts";
import { noFreePorts } from "../error/catalogue/workspace.ts";
import type { MonoError } from "../error/mono-error.ts";

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
  return tooManyPorts({ limit: portsPerEnvironment });
}

/** The ports of an environment: `first` to `last`, both included. */
export function portBlockOf(id: number): { readonly first: number; readonly last: number } {
  return { first: portAt(id, 0), last: portAt(id, portsPerEnvironment - 1) };
}

/** The smallest id that is neither taken nor among the blocks in which something listens on this host. */
export function firstFreeId(taken: ReadonlySet<number>, busy: ReadonlySet<number>): number {
  for (let id = 1; id <= highestId; id++) if (!taken.has(id) && !busy.has(id)) return id;
  throw noFreePorts({ environments: taken.size, busy: busy.size, room: highestId });
}
