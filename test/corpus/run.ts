/**
 * Runs a corpus of Compose projects through mono:
 *
 *   npm run corpus -- <folder> [--copies 3] [--only name,name] [--originals]
 *
 * Any folder of projects will do. Where there is one, `runnable/*` below the folder is started, several copies of each case at once, and judged from outside mono;
 * with `--originals`, `original/*` is checked without an engine. Exits 1 when a case fails.
 */
import { parseArgs } from "node:util";
import { createWorld, disposeWorld } from "../support/world.ts";
import { type Case, findCases } from "./cases.ts";
import { checkModel } from "./check-model.ts";
import { type CaseResult, runCase } from "./run-case.ts";
import { ensureStubImage } from "./stub-image.ts";

const columns = ["case", "services", "containers", "ports", "copies", "result", "seconds"] as const;

function row(cells: readonly (string | number)[], width: number): string {
  const [name = "", ...rest] = cells;
  return [String(name).padEnd(width), ...rest.map((cell) => String(cell).padStart(10))].join(" ");
}

/** Runs the cases one after the other: each fills the engine by itself. Returns how many fail. */
async function runAll(
  cases: readonly Case[],
  run: (subject: Case) => Promise<CaseResult>,
  print: (line: string) => void,
): Promise<number> {
  // The case that runs is cleaned up, and no other is begun; mono's own children have had the signal too.
  let isInterrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => (isInterrupted = true));
  const width = Math.max(...cases.map(({ name }) => name.length), columns[0].length);
  print(row(columns, width));
  let failures = 0;
  for (const subject of cases) {
    if (isInterrupted) return failures + 1;
    const startedAt = performance.now();
    const { name, services, containers, ports, copies, reasons } = await run(subject);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const result = reasons.length === 0 ? "ok" : "FAILED";
    print(row([name, services, containers, ports, copies, result, seconds], width));
    for (const reason of reasons) print(`  ${reason.replaceAll("\n", "\n    ")}`);
    if (reasons.length > 0) failures++;
  }
  print(`${cases.length} cases, ${failures} failed`);
  return failures;
}

/** Returns the exit status. */
export async function main(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      copies: { type: "string", default: "3" },
      only: { type: "string", default: "" },
      originals: { type: "boolean", default: false },
    },
  });
  const copies = Number(values.copies);
  const [corpus] = positionals;
  if (corpus === undefined || !(copies >= 2)) {
    print("usage: npm run corpus -- <folder> [--copies 2…] [--only name,name] [--originals]");
    return 2;
  }
  const only = values.only.split(",").filter((name) => name !== "");
  const cases = await findCases(corpus, values.originals ? "original" : "runnable", only);
  if (cases.length === 0) {
    print(`no case of that name below ${corpus}`);
    return 2;
  }
  const run = values.originals ? checkModel : (subject: Case) => runCase(subject, copies);
  // Made once, and not by each case.
  const world = createWorld();
  const removeStubImage = values.originals ? undefined : await ensureStubImage(world);
  try {
    return Math.min(await runAll(cases, run, print), 1);
  } finally {
    await removeStubImage?.();
    await disposeWorld(world);
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), console.log);
