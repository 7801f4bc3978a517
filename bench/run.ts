/**
 * What mono adds to the tools underneath it: `npm run bench -- --help`. Each row is measured beside its baseline in the
 * same run, sample by sample, in a world of its own that is removed afterwards, whatever ends the run.
 */
import { constants } from "node:os";
import { containers } from "./chapters/containers.ts";
import { threeServices, threeStubbornServices } from "./chapters/services.ts";
import { runOfThreeServices, simpleRun } from "./chapters/runs.ts";
import { initCold, initTogether, initWarm } from "./chapters/simple-init.ts";
import { listOf1, listOf400, listOf60 } from "./chapters/simple-list.ts";
import { version } from "./chapters/version.ts";
import { growthName, parseWishes, usage, type Wishes } from "./command-line.ts";
import { writeDocs } from "./docs.ts";
import { type Growth, measureGrowth } from "./growth.ts";
import { inspectMachine } from "./machine.ts";
import { resultsOf } from "./results.ts";
import type { Recorded, Rounds } from "./rounds.ts";
import type { RowName } from "./rows.ts";
import { makeImage, removeImage } from "./scene.ts";
import { growthTable, textTable } from "./table.ts";

const chapters = [
  version,
  initWarm,
  initCold,
  initTogether,
  simpleRun,
  listOf1,
  listOf60,
  listOf400,
  containers,
  threeServices,
  runOfThreeServices,
  threeStubbornServices,
];

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(usage);
    return 0;
  }
  const wishes = parseWishes(args);
  if (typeof wishes === "string") {
    process.stderr.write(`${wishes}\n\n${usage}`);
    return 2;
  }
  const controller = new AbortController();
  // The first signal takes effect after the current step; later ones must not keep the clean-up from finishing.
  for (const name of signals) process.on(name, () => controller.abort(name));
  try {
    await measure(wishes, { count: wishes.runs, signal: controller.signal });
    return 0;
  } catch (error) {
    // Ctrl-C reaches the children, too: their failure is to be expected then.
    if (controller.signal.aborted) return 128 + constants.signals[controller.signal.reason as "SIGINT"];
    throw error;
  }
}

async function measure(wishes: Wishes, rounds: Rounds): Promise<void> {
  const wanted = chapters.filter(({ rows }) => rows.some((name) => wishes.names.has(name)));
  const wantsGrowth = wishes.names.has(growthName);
  const needsImage = wantsGrowth || wanted.some((chapter) => chapter.needsImage);
  const recorded: Recorded = new Map();
  let growth: Growth | undefined;
  try {
    if (needsImage) await makeImage();
    for (const chapter of wanted) {
      const names = chapter.rows.filter((name) => wishes.names.has(name));
      tell(names.join(", "));
      const played = await chapter.measure(rounds, new Set<RowName>(names));
      for (const name of names) {
        const samples = played.get(name);
        if (samples !== undefined) recorded.set(name, samples);
      }
    }
    if (wantsGrowth) {
      tell(growthName);
      growth = await measureGrowth(rounds);
    }
  } finally {
    if (needsImage) await removeImage();
  }
  const [results, machine] = [resultsOf(recorded), await inspectMachine()];
  if (results.length > 0) process.stdout.write(`${textTable(results)}\n`);
  if (growth !== undefined) process.stdout.write(`${growthTable(growth)}\n`);
  if (wishes.json !== undefined)
    await Bun.write(wishes.json, `${JSON.stringify({ machine, results, growth }, undefined, 2)}\n`);
  if (wishes.docs && growth !== undefined) await writeDocs(results, machine, growth);
}

function tell(text: string): void {
  process.stderr.write(`measuring ${text}\n`);
}

process.exit(await main(process.argv.slice(2)));
