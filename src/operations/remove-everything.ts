import { isPauseLeft } from "../resources/copy/source-record.ts";
import type { Owner } from "../resources/owner.ts";
import type { Resource } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import type { Operation } from "./exclusively.ts";

/**
 * Removes what an environment owns, in the reverse order of its making, and its row last: when a step fails, the row is
 * still there for the next destroy. The session that mono itself was called in goes even after the row, since mono ends
 * with it. Every step is idempotent.
 */
export async function removeEverything(operation: Operation, owner: Owner, force = false): Promise<void> {
  const { environment, narrator, paths } = owner;
  if (isPauseLeft(paths)) await (await import("./copy-data.ts")).endPausesLeft(operation, owner);
  const last = new Set<Resource>();
  for (const resource of resources) if (await resource.last?.isCalledInside(owner)) last.add(resource);
  const remove = async (resource: Resource) =>
    await narrator.during(resource.removing, () => resource.remove(owner, force));
  for (const resource of resources.toReversed()) {
    if (last.has(resource)) await resource.last?.removeRest(owner);
    else await remove(resource);
  }
  operation.context.environments.remove(environment);
  for (const resource of last) await remove(resource);
}
