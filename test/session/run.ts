/**
 * The whole session test: `bun test/session/run.ts [stops] [starts]`.
 *
 * Stops each sort of run script so many times as Conductor does, and inits and runs so many workspaces with each shell
 * and each sort of rc file, twice each. Prints a table, then what went wrong; exits 1 when anything did. On two cores,
 * with 100 and 67, it takes about half an hour.
 */
import { createQueue } from "../support/queue.ts";
import { playStarts, type Rc, rcs, shells } from "./starts.ts";
import { playStops, stopKinds } from "./stops.ts";

interface Played {
  readonly ms: number;
  readonly wrong: readonly string[];
}

const [stops, starts] = [process.argv[2] ?? 100, process.argv[3] ?? 67].map(Number) as [number, number];
const queue = createQueue(2);
const wrong: string[] = [];

function row(cells: readonly (string | number)[]): void {
  const [first = "", ...rest] = cells.map(String);
  console.log(first.padEnd(42) + rest.map((cell) => cell.padStart(9)).join(""));
}

async function play(what: string, rounds: () => Promise<readonly Played[]>): Promise<void> {
  try {
    const played = await rounds();
    const bad = played.filter((one) => one.wrong.length > 0);
    const times = played.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)] ?? 0);
    row([what, played.length, bad.length, at(0.5), at(1)]);
    wrong.push(...bad.flatMap((one) => one.wrong.map((line) => `${what}: ${line}`)));
  } catch (error) {
    row([what, "failed"]);
    wrong.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

row(["", "rounds", "wrong", "ms", "most ms"]);
const jobs = [
  ...(stops === 0 ? [] : stopKinds).map((kind) => () => play(`stop: ${kind}`, () => playStops(kind, stops))),
  ...(starts === 0 ? [] : shells).flatMap((shell) =>
    (Object.keys(rcs) as Rc[]).map(
      (rc) => () => play(`start: ${shell}, ${rc}`, () => playStarts(shell, rc, starts)),
    ),
  ),
];
await Promise.all(jobs.map((job) => queue(job)));
for (const line of wrong) console.log(line);
process.exit(wrong.length === 0 ? 0 : 1);
