/**
 * The whole crash test: `bun test/crash/run.ts [random rounds] [--at-once n]`.
 *
 * Kills mono, alone and with all its children, before and after every effect of init and destroy, in simple mode and in
 * Docker mode, and at random times; then calls destroy, or init, once, and looks from outside at what is left. Prints
 * a line for each point, then the totals; exits 1 when anything was left or wrong. Needs the base image. Most of a round is
 * waiting, so that many are played at once: it fits into an hour on two cores.
 */
import { parseArgs } from "node:util";
import { createQueue } from "../support/queue.ts";
import {
  type Mode,
  type Operation,
  type Outcome,
  playRound,
  pointAt,
  pointsOf,
  type Round,
} from "./round.ts";

const modes = ["simple", "docker"] as const;
const operations = ["init", "copy", "destroy"] as const;
const remedies = ["init", "destroy"] as const;
const kills = ["mono", "all"] as const;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { "at-once": { type: "string", default: "8" } },
});
const randomRounds = Number(positionals[0] ?? 200);
const atOnce = Number(values["at-once"]);
const startedAt = performance.now();
const queue = createQueue(atOnce);

interface Played {
  readonly round: Round;
  readonly outcome: Outcome;
}

async function playAll(rounds: readonly Round[]): Promise<readonly Played[]> {
  return await Promise.all(
    rounds.map((round) => queue(async () => ({ round, outcome: await playOrReport(round) }))),
  );
}

async function playOrReport(round: Round): Promise<Outcome> {
  try {
    return await playRound(round);
  } catch (error) {
    return { point: undefined, wrong: [error instanceof Error ? error.message : String(error)] };
  }
}

/** The four rounds of a point: who is killed, and what comes then. */
function roundsAt(mode: Mode, operation: Operation, at: Round["at"]): Round[] {
  return kills.flatMap((kill) =>
    remedies.map((remedy) => ({ mode, operation, at, kill, remedy }) satisfies Round),
  );
}

async function everyPoint(mode: Mode, operation: Operation): Promise<readonly Played[]> {
  const points = await pointsOf(mode, operation);
  console.log(`\n${operation}, ${mode} mode: ${points.length} points`);
  const rows = points.map(async (point, index) => {
    const played = await playAll(roundsAt(mode, operation, pointAt(points, index)));
    const marks = played.map(({ outcome }) => (outcome.wrong.length === 0 ? "ok" : "WRONG"));
    console.log(
      [String(index + 1).padStart(4), point.padEnd(44), ...marks.map((mark) => mark.padEnd(6))].join(" "),
    );
    for (const one of played) report(one);
    return played;
  });
  return (await Promise.all(rows)).flat();
}

async function atRandom(): Promise<readonly Played[]> {
  console.log(`\nat random times: ${randomRounds} rounds`);
  const pick = <T>(from: readonly T[]): T => {
    const value = from[Math.floor(Math.random() * from.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  };
  const durations = new Map<Mode, number>();
  for (const mode of modes) {
    const start = performance.now();
    await pointsOf(mode, "init");
    durations.set(mode, (performance.now() - start) * 0.7);
  }
  const rounds = Array.from({ length: randomRounds }, (): Round => {
    const mode = pick(modes);
    const ms = Math.round(Math.random() * (durations.get(mode) ?? 0));
    return { mode, operation: pick(operations), at: { ms }, kill: pick(kills), remedy: pick(remedies) };
  });
  const played = await playAll(rounds);
  for (const one of played) report(one);
  return played;
}

function report({ round, outcome }: Played): void {
  if (outcome.wrong.length === 0) return;
  console.log(`     ${JSON.stringify(round)}, killed ${outcome.point ?? "after its end"}:`);
  for (const line of outcome.wrong) console.log(`       ${line}`);
}

const played: Played[] = [];
console.log(
  "columns: mono killed, then destroy; then init; mono and children killed, then destroy; then init",
);
for (const mode of modes)
  for (const operation of operations) played.push(...(await everyPoint(mode, operation)));
played.push(...(await atRandom()));

const bad = played.filter(({ outcome }) => outcome.wrong.length > 0);
const inTime = played.filter(({ outcome }) => outcome.point !== undefined).length;
const minutes = Math.round((performance.now() - startedAt) / 60_000);
console.log(
  `\n${played.length} rounds, ${inTime} killed before their end, ${bad.length} wrong; ${minutes} minutes, ${atOnce} at once`,
);
process.exit(bad.length === 0 ? 0 : 1);
