import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  type ContainerState,
  type Finding,
  isUpOrDone,
  type NamedContainer,
  type Observation,
  statusOf,
  workOf,
} from "./status.ts";

const up = { name: "web-1", service: "web", state: "running", exitCode: 0 };
const done = { name: "migrate-1", service: "migrate", state: "exited", exitCode: 0 };
const crashed = { name: "db-1", service: "db", state: "exited", exitCode: 1 };
const created = { name: "api-1", service: "api", state: "created", exitCode: 0 };

interface Seen extends Omit<Observation, "found"> {
  readonly isSessionThere: boolean;
  /** Undefined in simple mode. */
  readonly containers: readonly NamedContainer[] | "unreachable" | undefined;
  readonly ran: readonly string[] | undefined;
  readonly isTmuxSilent: boolean;
}

/** An environment that is ready and all there, in simple mode, but for what the test says. */
function seen({
  containers,
  isSessionThere = true,
  isTmuxSilent = false,
  ran,
  ...differences
}: Partial<Seen>): Observation {
  const answer: Finding = isSessionThere ? { kind: "there", works: "all" } : { kind: "absent" };
  const session: Finding = isTmuxSilent ? { kind: "cannot tell", asked: "tmux", reason: "?" } : answer;
  return {
    phase: "ready",
    lock: "free",
    hasFailed: false,
    folder: "there",
    ...differences,
    found: [...(containers === undefined ? [] : [foundContainers(containers, ran)]), session],
  };
}

function foundContainers(
  containers: readonly NamedContainer[] | "unreachable",
  ran: readonly string[] | undefined,
): Finding {
  if (containers === "unreachable") return { kind: "cannot tell", asked: "engine", reason: "no answer" };
  return containers.length === 0 ? { kind: "absent" } : { kind: "there", works: workOf(containers, ran) };
}

test.each<[string, Partial<Seen>, string]>([
  ["a session in simple mode", {}, "running"],
  ["no session in simple mode", { isSessionThere: false }, "stopped"],
  ["a session and running containers", { containers: [up] }, "running"],
  ["a one-shot that is done beside a running container", { containers: [up, done] }, "running"],
  ["running containers without a session", { containers: [up], isSessionThere: false }, "partial"],
  [
    "one container of two crashed, and no session",
    { containers: [up, crashed], isSessionThere: false },
    "partial",
  ],
  ["a session without containers", { containers: [] }, "partial"],
  ["one container of two crashed", { containers: [up, crashed] }, "partial"],
  ["one container of two not started", { containers: [up, created] }, "partial"],
  ["all containers stopped with 0, and a session", { containers: [done] }, "partial"],
  ["all containers stopped with 0, and no session", { containers: [done], isSessionThere: false }, "stopped"],
  ["nothing of Docker mode", { containers: [], isSessionThere: false }, "stopped"],
  ["an engine that does not answer", { containers: "unreachable" }, "engine unreachable"],
  ["a folder that is gone", { folder: "gone" }, "missing folder"],
  ["a folder that is gone, and no engine", { folder: "gone", containers: "unreachable" }, "missing folder"],
  ["a folder that was made again", { folder: "replaced" }, "replaced folder"],
  ["a tmux that does not say", { isTmuxSilent: true, containers: [up] }, "tmux unreachable"],
  ["init that failed and was kept", { phase: "initializing", hasFailed: true }, "failed"],
  ["a second init at work on it", { phase: "initializing", hasFailed: true, lock: "held" }, "initializing"],
  ["what ran when it was ready", { containers: [up, done], ran: ["web-1"] }, "running"],
  [
    "a server that was stopped and has exited 0",
    { containers: [up, done], ran: ["web-1", "migrate-1"] },
    "partial",
  ],
  ["a container that was removed", { containers: [up], ran: ["web-1", "db-1"] }, "partial"],
  ["one-shots alone", { containers: [done], ran: [] }, "running"],
  ["init at work", { phase: "initializing", lock: "held" }, "initializing"],
  ["init cut short", { phase: "initializing" }, "interrupted"],
  ["destroy at work", { phase: "destroying", lock: "held" }, "destroying"],
  ["destroy cut short", { phase: "destroying" }, "interrupted"],
  ["destroy cut short, its folder gone", { phase: "destroying", folder: "gone" }, "interrupted"],
  ["another mono at work on a ready one", { lock: "held" }, "running"],
  ["a run that was cut short", { lock: "abandoned" }, "interrupted"],
])("%s is %s", (_what, differences, status) => {
  expect(statusOf(seen(differences))).toBe(status as ReturnType<typeof statusOf>);
});

test("running means that the session is there, something runs, and nothing has failed", () => {
  const container: fc.Arbitrary<NamedContainer> = fc.record({
    name: fc.constantFrom("a-1", "b-1"),
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

test("what is another's does not count", () => {
  expect(statusOf({ ...seen({}), found: [{ kind: "foreign" }] })).toBe("stopped");
});
