/** The short form of test/crash/run.ts: each point once in simple mode, those that matter most in Docker mode. */
import { expect, test } from "bun:test";
import { type Operation, type Outcome, playRound, pointAt, pointsOf, type Round } from "./crash/round.ts";
import { createQueue } from "./support/queue.ts";

// Most of a round is waiting.
const queue = createQueue(4);

/** Every way to end and to repair in turn, so that each is used at many points. */
function roundAt(mode: Round["mode"], operation: Operation, points: readonly string[], index: number): Round {
  return {
    mode,
    operation,
    at: pointAt(points, index),
    kill: index % 2 === 0 ? "mono" : "all",
    remedy: Math.floor(index / 2) % 2 === 0 ? "destroy" : "init",
  };
}

async function play(rounds: readonly Round[]): Promise<void> {
  const outcomes = await Promise.all(
    rounds.map((round) =>
      queue(async (): Promise<Outcome & { round: Round }> => ({ ...(await playRound(round)), round })),
    ),
  );
  // A round in which nothing was killed shows nothing.
  expect(outcomes.filter(({ point }) => point === undefined)).toEqual([]);
  expect(outcomes.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
}

test.each(["init", "destroy"] as const)(
  "killed before and after every effect of %s in simple mode, one command sets things right",
  async (operation) => {
    const points = await pointsOf("simple", operation);
    expect(points.length).toBeGreaterThan(30);
    await play(points.map((_, index) => roundAt("simple", operation, points, index)));
  },
);

test.each([
  ["init", /gate of docker|(inserting|updating|removing) the row|compose file|the end of docker/, 6],
  ["destroy", /gate of docker|(inserting|updating|removing) the row|compose file|the end of docker/, 6],
  [
    "copy",
    /after (opening the gate|the end) of docker run|after replacing (pause|copy-source)|(before|after) (un)?pause$/,
    6,
  ],
] as const)(
  "killed around docker and the row's changes in %s, one command sets things right",
  async (operation, which, atLeast) => {
    const points = await pointsOf("docker", operation);
    const chosen = points.flatMap((point, index) => (which.test(point) ? [index] : []));
    expect(chosen.length).toBeGreaterThan(atLeast);
    await play(chosen.map((index) => roundAt("docker", operation, points, index)));
  },
);
