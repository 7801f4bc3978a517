import { isPauseLeft } from "../resources/copy/source-record.ts";
import type { Owner } from "../resources/owner.ts";
import type { Removal, Resource } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import type { Operation } from "./exclusively.ts";

/**
 * Removes what an environment owns, in the reverse order of its making, and its row last: when a step fails, the row is
 * still there for the next destroy. The session that mono itself was called in goes even after the row, since mono ends
 * with it. Every step is idempotent.
 */
export async function removeEverything(
  operation: Operation,
  owner: Owner,
  removal: Removal = { force: false },
): Promise<void> {
  const { environment, narrator, paths } = owner;
  const isPaused = isPauseLeft(paths);
  if (isPaused) await (await import("./copy-data.ts")).endPausesLeft(operation, owner);
  const last = new Set<Resource>();
  for (const resource of resources) if (await resource.last?.isCalledInside(owner)) last.add(resource);
  // Without what tmux said earlier: after a step that takes long, it is out of date.
  const withoutTmux: Removal = { force: removal.force };
  const remove = async (resource: Resource, how: Removal) =>
    await narrator.during(resource.removing, () => resource.remove(owner, how));
  for (const resource of resources.toReversed()) {
    if (last.has(resource)) await resource.last?.removeRest(owner);
    else await remove(resource, isPaused ? withoutTmux : removal);
  }
  operation.context.environments.remove(environment);
  for (const resource of last) await remove(resource, withoutTmux);
}
