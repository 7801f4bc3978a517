import { expect, test } from "bun:test";
import fc from "fast-check";
import { judgeReadiness, type ReadinessView } from "./readiness.ts";

/** A container that runs, has no health check and has just been seen first, but for what the test says. */
function container(differences: Partial<ReadinessView>): ReadinessView {
  return {
    service: "web",
    state: "running",
    exitCode: 0,
    health: "",
    restartCount: 0,
    steadyMs: 0,
    ...differences,
  };
}

test.each<[string, Partial<ReadinessView>, string]>([
  ["running", {}, "ready"],
  ["a one-shot that is done", { state: "exited" }, "ready"],
  ["healthy", { health: "healthy" }, "ready"],
  ["health not known yet", { health: "starting" }, "waiting"],
  ["created", { state: "created" }, "waiting"],
  ["restarting", { state: "restarting", restartCount: 1, exitCode: 1 }, "waiting"],
  ["paused", { state: "paused" }, "waiting"],
  ["up again, not for long", { restartCount: 1, steadyMs: 2999 }, "waiting"],
  ["up again for three seconds", { restartCount: 1, steadyMs: 3000 }, "ready"],
  ["a one-shot that is done at its second try", { state: "exited", restartCount: 1 }, "ready"],
  ["exited with an error", { state: "exited", exitCode: 3 }, "exited with 3"],
  ["killed", { state: "exited", exitCode: 137 }, "exited with 137"],
  ["dead", { state: "dead" }, "is dead"],
  ["unhealthy", { health: "unhealthy" }, "is unhealthy"],
  ["stopped while it was unhealthy", { state: "exited", health: "unhealthy" }, "ready"],
  ["nine restarts", { state: "restarting", restartCount: 9, exitCode: 1 }, "waiting"],
  [
    "ten restarts",
    { state: "restarting", restartCount: 10, exitCode: 1 },
    "restarts in a loop (10 times, last exit 1)",
  ],
])("%s", (_what, differences, expected) => {
  const readiness = judgeReadiness([container(differences)]);
  expect(readiness.kind === "failed" ? readiness.reason : readiness.kind).toBe(expected);
});

test("a project without containers is ready", () => {
  expect(judgeReadiness([])).toEqual({ kind: "ready" });
});

test("each service that is waited for is named once", () => {
  const containers = [
    container({ service: "db", health: "starting" }),
    container({ service: "web" }),
    container({ service: "api", state: "created" }),
    container({ service: "db", state: "created" }),
  ];
  expect(judgeReadiness(containers)).toEqual({
    kind: "waiting",
    services: [
      { service: "db", state: "created" },
      { service: "api", state: "created" },
    ],
  });
});

test("one failure ends the wait for the others, and is told with its container", () => {
  const crashed = container({ service: "db", state: "exited", exitCode: 1 });
  const readiness = judgeReadiness([container({ health: "starting" }), crashed]);
  expect(readiness).toEqual({ kind: "failed", container: crashed, reason: "exited with 1" });
});

test("a project is ready when each container alone is, in any order", () => {
  const anyContainer = fc.record<ReadinessView>({
    service: fc.constantFrom("web", "db"),
    state: fc.constantFrom("created", "running", "restarting", "exited", "dead"),
    exitCode: fc.constantFrom(0, 1),
    health: fc.constantFrom("", "starting", "healthy", "unhealthy"),
    restartCount: fc.constantFrom(0, 1, 10),
    steadyMs: fc.constantFrom(0, 5000),
  });
  fc.assert(
    fc.property(fc.array(anyContainer, { maxLength: 4 }), (containers) => {
      const alone = new Set(containers.map((one) => judgeReadiness([one]).kind));
      const together = alone.has("failed") ? "failed" : alone.has("waiting") ? "waiting" : "ready";
      expect(judgeReadiness(containers).kind).toBe(together);
      expect(judgeReadiness(containers.toReversed()).kind).toBe(together);
    }),
  );
});

// The engine counts the restarts of a container for as long as it lives: a week may well have ten.
test("a container that has restarted often, and has stayed up since, is ready", () => {
  expect(judgeReadiness([container({ restartCount: 12, steadyMs: 3000 })])).toEqual({ kind: "ready" });
});
