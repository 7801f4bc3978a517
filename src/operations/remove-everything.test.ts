import { expect, test } from "bun:test";
import { resources } from "../resources/resources.ts";
import { removalSteps } from "./remove-everything.ts";

function stepsWith(...last: readonly string[]): string {
  const kept = new Set(resources.filter(({ name }) => last.includes(name)));
  return removalSteps(resources, kept)
    .map((step) => {
      if (step === "row") return step;
      return step.part === "rest" ? `rest of ${step.resource.name}` : step.resource.name;
    })
    .join(", ");
}

test("all is removed in the reverse order of its making, and the row last", () => {
  expect(stepsWith()).toBe("processes of the scripts, session, containers, data directory, row");
});

test("the session that mono was called in goes after the row, and what else is its own in its usual place", () => {
  expect(stepsWith("session")).toBe(
    "processes of the scripts, rest of session, containers, data directory, row, session",
  );
});
