import { expect, test } from "bun:test";
import fc from "fast-check";
import { type ContainerState, isUpOrDone, type Observation, statusOf } from "./status.ts";

const up = { service: "web", state: "running", exitCode: 0 };
const done = { service: "migrate", state: "exited", exitCode: 0 };
const crashed = { service: "db", state: "exited", exitCode: 1 };
const created = { service: "api", state: "created", exitCode: 0 };

/** An environment that is ready and all there, in simple mode, but for what the test says. */
function seen(differences: Partial<Observation>): Observation {
  return {
    phase: "ready",
    lock: "free",
    isFolderThere: true,
    isSessionThere: true,
    containers: undefined,
    ...differences,
  };
}

test.each<[string, Partial<Observation>, string]>([
  ["a session in simple mode", {}, "running"],
  ["no session in simple mode", { isSessionThere: false }, "stopped"],
  ["a session and running containers", { containers: [up] }, "running"],
  ["a one-shot that is done beside a running container", { containers: [up, done] }, "running"],
  ["running containers without a session", { containers: [up], isSessionThere: false }, "partial"],
  ["a session without containers", { containers: [] }, "partial"],
  ["one container of two crashed", { containers: [up, crashed] }, "partial"],
  ["one container of two not started", { containers: [up, created] }, "partial"],
  ["all containers stopped with 0, and a session", { containers: [done] }, "partial"],
  ["all containers stopped with 0, and no session", { containers: [done], isSessionThere: false }, "stopped"],
  ["nothing of Docker mode", { containers: [], isSessionThere: false }, "stopped"],
  ["an engine that does not answer", { containers: "unreachable" }, "engine unreachable"],
  ["a folder that is gone", { isFolderThere: false }, "missing folder"],
  [
    "a folder that is gone, and no engine",
    { isFolderThere: false, containers: "unreachable" },
    "missing folder",
  ],
  ["init at work", { phase: "initializing", lock: "held" }, "initializing"],
  ["init cut short", { phase: "initializing" }, "interrupted"],
  ["destroy at work", { phase: "destroying", lock: "held" }, "destroying"],
  ["destroy cut short", { phase: "destroying" }, "interrupted"],
  ["destroy cut short, its folder gone", { phase: "destroying", isFolderThere: false }, "interrupted"],
  ["another mono at work on a ready one", { lock: "held" }, "running"],
  ["a run that was cut short", { lock: "abandoned" }, "interrupted"],
])("%s is %s", (_what, differences, status) => {
  expect(statusOf(seen(differences))).toBe(status as ReturnType<typeof statusOf>);
});

test("running means that the session is there, something runs, and nothing has failed", () => {
  const container: fc.Arbitrary<ContainerState> = fc.record({
    service: fc.constantFrom("a", "b"),
    state: fc.constantFrom("created", "running", "restarting", "paused", "exited", "dead", "removing"),
    exitCode: fc.constantFrom(0, 1, 137),
  });
  fc.assert(
    fc.property(fc.array(container, { maxLength: 3 }), fc.boolean(), (containers, isSessionThere) => {
      const isAllThere =
        isSessionThere && containers.some(({ state }) => state === "running") && containers.every(isUpOrDone);
      expect(statusOf(seen({ containers, isSessionThere })) === "running").toBe(isAllThere);
    }),
  );
});

test.each<[ContainerState, boolean]>([
  [up, true],
  [done, true],
  [crashed, false],
  [created, false],
  [{ service: "web", state: "paused", exitCode: 0 }, false],
  [{ service: "web", state: "restarting", exitCode: 0 }, false],
])("%o is up or done: %p", (container, isFine) => {
  expect(isUpOrDone(container)).toBe(isFine);
});
