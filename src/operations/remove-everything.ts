import { isPauseLeft } from "../resources/copy/source-record.ts";
import type { Owner } from "../resources/owner.ts";
import type { Resource } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import type { Operation } from "./exclusively.ts";

/**
 * Removes what an environment owns, in the reverse order of its making, and its row last: when a step fails, the row is
 * still there for the next destroy. Every step is idempotent.
 */
export async function removeEverything(operation: Operation, owner: Owner, force = false): Promise<void> {
  if (isPauseLeft(owner.paths)) await (await import("./copy-data.ts")).endPausesLeft(operation, owner);
  const last = new Set<Resource>();
  for (const resource of resources) if (await resource.endsMono?.(owner)) last.add(resource);
  for (const step of removalSteps(resources, last)) {
    if (step === "row") operation.context.environments.remove(owner.environment);
    else await owner.narrator.during(step.removing, () => step.remove(owner, force));
  }
}

/** In this order. What ends mono itself, the session that it was called in, goes even after the row. */
export function removalSteps(
  made: readonly Resource[],
  last: ReadonlySet<Resource>,
): readonly (Resource | "row")[] {
  const reverse = made.toReversed();
  return [
    ...reverse.filter((resource) => !last.has(resource)),
    "row",
    ...reverse.filter((resource) => last.has(resource)),
  ];
}
