/**
 * Calls mono with generated mono.yml and compose files, most of them wrong:
 *
 *   bun test/bad-input/run.ts [count] [--from seed] [--seed seed] [--at-once n]
 *
 * 10,000 when not given, from a seed of its own. Prints a table of what ended with which exit code, and every violation
 * with its seed; `--seed` runs that input alone, and shows it. Exits 1 when there is a violation. Needs the image that
 * `scripts/base-image` makes.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { createWorld, disposeWorld } from "../support/world.ts";
import type { Call } from "./call.ts";
import { generateInput } from "./generate.ts";
import { findLeftovers } from "./leftovers.ts";
import { tryInput, workspaceName } from "./try-input.ts";

/** Inputs that share a world, at whose end it is looked for leftovers. */
const batchSize = 25;
const usuallyAtOnce = 8;

export interface Violation {
  readonly seed: number;
  readonly kind: string;
  readonly fault: string;
  /** The end of what the call said. */
  readonly stderr: string;
}

export interface Summary {
  readonly table: string;
  readonly violations: readonly Violation[];
}

interface Tally {
  readonly calls: Map<string, Map<number, number>>;
  readonly violations: Violation[];
  inputs: number;
}

interface RunOptions {
  /** The first seed; the others follow it. */
  readonly from: number;
  readonly count: number;
  /** Batches that are tried at once: most of a call is waiting. */
  readonly atOnce?: number;
  readonly onViolation?: (violation: Violation) => void;
  readonly onBatch?: (done: number) => void;
  /** Begins no new batch: those that run are cleaned up. */
  readonly interruption?: AbortSignal;
}

export async function runInputs(options: RunOptions): Promise<Summary> {
  const { atOnce = usuallyAtOnce, from, count, onViolation, onBatch, interruption } = options;
  const tally: Tally = { calls: new Map(), violations: [], inputs: 0 };
  const seeds = Array.from({ length: count }, (_, index) => from + index);
  const worker = async () => {
    while (seeds.length > 0) {
      if (interruption?.aborted === true) return;
      const batch = seeds.splice(0, batchSize);
      for (const violation of await runBatch(batch, tally)) {
        tally.violations.push(violation);
        onViolation?.(violation);
      }
      tally.inputs += batch.length;
      onBatch?.(tally.inputs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { table: renderTable(tally), violations: tally.violations };
}

async function runBatch(seeds: readonly number[], tally: Tally): Promise<Violation[]> {
  const world = createWorld();
  const violations: Violation[] = [];
  try {
    const kinds = new Map<number, string>();
    for (const seed of seeds) {
      const input = generateInput(seed);
      kinds.set(seed, input.kind);
      const { calls } = await tryInput(world, seed, input);
      for (const call of calls) {
        tallyCall(tally, input.kind, call);
        for (const fault of call.faults)
          violations.push({ seed, kind: input.kind, fault, stderr: call.stderr.slice(-1500) });
      }
    }
    for (const left of await findLeftovers(world)) {
      const seed = seeds.find((each) => left.includes(world.unique(workspaceName(each)))) ?? seeds[0] ?? 0;
      violations.push({ seed, kind: kinds.get(seed) ?? "", fault: `still there: ${left}`, stderr: "" });
    }
  } finally {
    // What is left on the engine has been told already, and is removed.
    await disposeWorld(world).catch(() => {});
  }
  return violations;
}

function tallyCall({ calls }: Tally, kind: string, { command, exitCode }: Call): void {
  const row = `${kind.padEnd(34)}${command}`;
  const codes = calls.get(row) ?? new Map<number, number>();
  calls.set(row, codes.set(exitCode, (codes.get(exitCode) ?? 0) + 1));
}

function renderTable({ calls, inputs, violations }: Tally): string {
  const columns = [...new Set([...calls.values()].flatMap((codes) => [...codes.keys()]))].toSorted(
    (a, b) => a - b,
  );
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(44), ...cells.map((cell) => cell.padStart(8))].join("");
  const rows = [...calls.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const sum = (code: number) => rows.reduce((total, [, codes]) => total + (codes.get(code) ?? 0), 0);
  return [
    line(
      "input, command",
      columns.map((code) => `exit ${code}`),
    ),
    ...rows.map(([row, codes]) =>
      line(
        row,
        columns.map((code) => String(codes.get(code) ?? "")),
      ),
    ),
    line(
      "all calls",
      columns.map((code) => String(sum(code))),
    ),
    `${inputs} inputs, ${violations.length} violations`,
  ].join("\n");
}

export function renderViolation({ seed, kind, fault, stderr }: Violation): string {
  const said = stderr === "" ? "" : `\n    ${stderr.trimEnd().replaceAll("\n", "\n    ")}`;
  return `--seed ${seed} (${kind}): ${fault}${said}`;
}

/** Returns the exit status. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "at-once": { type: "string" }, from: { type: "string" }, seed: { type: "string" } },
  });
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort());
  const isOne = values.seed !== undefined;
  const from = Number(values.seed ?? values.from ?? randomInt(1_000_000_000));
  console.log(isOne ? generateInput(from) : `from seed ${from}`);
  const { table, violations } = await runInputs({
    from,
    atOnce: Number(values["at-once"] ?? usuallyAtOnce),
    count: isOne ? 1 : Number(positionals[0] ?? 10_000),
    onViolation: (violation) => console.log(renderViolation(violation)),
    onBatch: (done) => console.error(`${done} inputs done`),
    interruption: interruption.signal,
  });
  console.log(table);
  return Math.min(violations.length, 1);
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
