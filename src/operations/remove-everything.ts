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
  for (const step of removalSteps(resources, last)) {
    if (step === "row") operation.context.environments.remove(environment);
    else if (step.part === "rest") await step.resource.last?.removeRest(owner);
    else await narrator.during(step.resource.removing, () => step.resource.remove(owner, force));
  }
}

interface Step {
  readonly resource: Resource;
  /** `rest`: what of it can go without ending mono. */
  readonly part: "all" | "rest";
}

/** In this order. */
export function removalSteps(
  made: readonly Resource[],
  last: ReadonlySet<Resource>,
): readonly (Step | "row")[] {
  const reverse = made.toReversed();
  const usual = reverse.map((resource): Step => ({ resource, part: last.has(resource) ? "rest" : "all" }));
  const after = reverse.filter((resource) => last.has(resource));
  return [...usual, "row", ...after.map((resource): Step => ({ resource, part: "all" }))];
}
