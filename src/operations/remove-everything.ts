import { isPauseLeft } from "../resources/copy/source-record.ts";
import type { Owner } from "../resources/owner.ts";
import type { Removal, Resource } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import type { Operation } from "./exclusively.ts";

/**
 * Removes what an environment owns, in the reverse order of its making, and its row last: when a step fails, the row is
 * still there for the next destroy. Every step is idempotent.
 */
export async function removeEverything(
  operation: Operation,
  owner: Owner,
  removal: Removal = { force: false },
): Promise<void> {
  if (isPauseLeft(owner.paths)) await (await import("./copy-data.ts")).endPausesLeft(operation, owner);
  const last = new Set<Resource>();
  for (const resource of resources) if (await resource.last?.isNeeded(owner)) last.add(resource);
  for (const { resource, part } of removalSteps(resources, last)) {
    if (part === "row") operation.context.environments.remove(owner.environment);
    else if (part === "rest") await resource.last?.removeRest(owner);
    else await owner.narrator.during(resource.removing, () => resource.remove(owner, removal));
  }
}

type Step =
  | { readonly resource: Resource; readonly part: "all" | "rest" }
  | { readonly resource?: undefined; readonly part: "row" };

/** In this order. What ends mono itself, the session that it was called in, goes even after the row. */
export function removalSteps(made: readonly Resource[], last: ReadonlySet<Resource>): readonly Step[] {
  const reverse = made.toReversed();
  return [
    ...reverse.map((resource) => ({
      resource,
      part: last.has(resource) ? ("rest" as const) : ("all" as const),
    })),
    { part: "row" },
    ...reverse
      .filter((resource) => last.has(resource))
      .map((resource) => ({ resource, part: "all" as const })),
  ];
}
