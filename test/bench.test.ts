/** The benchmark works, and leaves nothing. How fast anything is, is no matter here. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawGrowth } from "../bench/chart.ts";
import { parseWishes } from "../bench/command-line.ts";
import { resultsOf } from "../bench/results.ts";
import { baseline, playRounds, subject } from "../bench/rounds.ts";
import { eventually, namesIn, repository } from "./support/world.ts";

/** Of a short name: a socket's path has a limit. */
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "b-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As the leader of a process group, with its worlds in the folder. */
function startBench(args: readonly string[]) {
  return Bun.spawn([process.execPath, join(repository, "bench/run.ts"), ...args], {
    env: { ...process.env, TMPDIR: folder },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
}

test("two cheap rows are measured, printed, and written as JSON", async () => {
  const json = join(folder, "results.json");
  const child = startBench(["version", "init-simple", "--runs", "2", "--json", json]);
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect({ exitCode: await child.exited, stderr }).toEqual({
    exitCode: 0,
    stderr: "measuring version\nmeasuring init-simple\n",
  });
  expect(stdout).toMatch(/^version .+ × +1\.3 × .*met$/m);
  expect(stdout).toMatch(/^init-simple .+ × +6 × .*met$/m);
  const { machine, results } = JSON.parse(readFileSync(json, "utf8"));
  expect(machine).toMatchObject({ cores: expect.any(Number), versions: { bun: Bun.version } });
  expect(results.map(({ name, samples }: { name: string; samples: number }) => [name, samples])).toEqual([
    ["version", 2],
    ["init-simple", 2],
  ]);
  expect(namesIn(folder)).toEqual(["results.json"]);
});

test("Ctrl-C in the middle leaves neither its folder nor its tmux server", async () => {
  const child = startBench(["init-simple", "--runs", "100000"]);
  const world = await eventually("a row", () => {
    const [name] = namesIn(folder);
    return name !== undefined && namesIn(join(folder, name, "mono-home")).includes("state.db") && name;
  });
  process.kill(-child.pid, "SIGINT");
  const [exitCode, stdout] = await Promise.all([child.exited, child.stdout.text()]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
  expect(namesIn(folder)).toEqual([]);
  const processes = await Bun.spawn(["ps", "-A", "-ww", "-o", "args="]).stdout.text();
  expect(processes).not.toContain(world);
});

test("a row that is not there is named, before anything is measured", () => {
  expect(parseWishes(["version", "lists"])).toBe("no such row: lists");
  expect(parseWishes(["--runs", "0"])).toBe("--runs takes a number from 1: 0");
  expect(parseWishes(["version", "--docs"])).toBe("--docs takes all rows: name none");
  expect(parseWishes(["version"])).toMatchObject({ names: new Set(["version"]), runs: 20 });
});

test("the sides of a row take turns, and the first round does not count", async () => {
  const played: string[] = [];
  const act = (what: string) => async () => void played.push(what);
  const recorded = await playRounds({ count: 2, signal: new AbortController().signal }, [
    subject("list-400", act("mono")),
    { act: act("between") },
    baseline("list-400", act("tmux")),
  ]);
  const round = ["mono", "between", "tmux"];
  expect(played).toEqual([...round, ...round, ...round]);
  expect(recorded.get("list-400")?.subject).toHaveLength(2);
  expect(recorded.get("list-400")?.baseline).toHaveLength(2);
});

test("what is held against a budget is the ratio of the medians, or megabytes", () => {
  const results = resultsOf(
    new Map([
      ["memory", { subject: [59, 61, 70], baseline: [] }],
      ["init-simple", { subject: [40, 30, 400], baseline: [10, 1000, 9] }],
    ]),
  );
  expect(results).toMatchObject([
    { name: "init-simple", value: 4, budget: 6, isMet: true },
    { name: "memory", value: 61, budget: 50, isMet: false },
  ]);
});

test("the chart names each curve, and every count", () => {
  const svg = drawGrowth({
    counts: [1, 10, 400],
    samples: 2,
    unit: { name: "tmux list-sessions", ms: 2 },
    curves: [
      { name: "mono list", medians: [10, 11, 14] },
      { name: "mono init, one more", medians: [30, 31, 33] },
    ],
  });
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  for (const text of ["mono list", "mono init, one more", "1", "10", "400"]) expect(texts).toContain(text);
});
