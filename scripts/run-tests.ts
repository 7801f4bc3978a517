/**
 * Runs the tests: `bun scripts/run-tests.ts [argument of bun test]...`
 *
 * Without arguments it runs every file, each in a `bun test` of its own, several at a time, since most of the time is
 * waiting. Those called `….serial.test.ts` publish ports or count ids, and each world begins with 1: one of them at a
 * time. With arguments it is one `bun test`. The last line is `N passed, N failed`; it exits 1 when a test has failed,
 * or none has run.
 */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dir, "..");
const atOnce = 3;
/** The first ones to start, so that none of them goes on alone in the end. */
const longest = [
  "crash",
  "isolation",
  "corpus",
  "failures",
  "engine-stopped",
  "bad-input",
  "destroy",
  "ports",
];

interface Job {
  readonly name: string;
  readonly isSerial: boolean;
  readonly args: readonly string[];
}

interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly output: string;
  readonly isGood: boolean;
}

const running = new Set<Bun.Subprocess>();

async function runJob({ name, args }: Job, print: (text: string) => void): Promise<Result> {
  const startedAt = performance.now();
  // The time limit of a test is a guard against a hang.
  const child = Bun.spawn([process.execPath, "test", "--timeout", "300000", ...args], {
    cwd: repository,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  running.add(child);
  let output = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      const text = decoder.decode(bytes, { stream: true });
      output += text;
      print(text);
    }
  };
  await Promise.all([read(child.stdout), read(child.stderr)]);
  const isGood = (await child.exited) === 0;
  running.delete(child);
  return { name, seconds: (performance.now() - startedAt) / 1000, output, isGood };
}

function testFiles(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true })
    .map((file) => `./${folder}/${file.toString()}`)
    .filter((file) => file.endsWith(".test.ts"))
    .toSorted();
}

/** The unit tests are quick: one job. */
function allJobs(): Job[] {
  const jobs = testFiles("test").map((file) => {
    const [, name = file] = /([^/]+?)(?:\.serial)?\.test\.ts$/.exec(file) ?? [];
    return { name, isSerial: file.endsWith(".serial.test.ts"), args: [file] };
  });
  const rank = ({ name }: Job) => (longest.includes(name) ? longest.indexOf(name) : longest.length);
  return [
    ...jobs.toSorted((a, b) => rank(a) - rank(b)),
    { name: "src", isSerial: false, args: testFiles("src") },
  ];
}

async function runAll(jobs: Job[]): Promise<Result[]> {
  const results: Result[] = [];
  let isSerialGoing = false;
  /** What is serial goes first: nothing else may keep it waiting. */
  const takeNext = (): Job | undefined => {
    const serial = isSerialGoing ? -1 : jobs.findIndex(({ isSerial }) => isSerial);
    const index = serial === -1 ? jobs.findIndex(({ isSerial }) => !isSerial) : serial;
    return index === -1 ? undefined : jobs.splice(index, 1)[0];
  };
  const lane = async () => {
    for (let job = takeNext(); job !== undefined; job = takeNext()) {
      if (job.isSerial) isSerialGoing = true;
      const result = await runJob(job, () => {});
      if (job.isSerial) isSerialGoing = false;
      results.push(result);
      console.log(result.output);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

/** What the summaries of bun count: a line ` 12 pass`, a line ` 1 fail`. */
function count(results: readonly Result[], what: "pass" | "fail"): number {
  const numbers = results.map(({ output }) => new RegExp(`^ *(\\d+) ${what}$`, "m").exec(output)?.[1] ?? "0");
  return numbers.reduce((sum, number) => sum + Number(number), 0);
}

/** Returns the exit status. */
function summarize(results: readonly Result[]): number {
  const slowest = results.toSorted((a, b) => b.seconds - a.seconds).slice(0, 10);
  if (results.length > 1)
    console.log(
      `the longest: ${slowest.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(", ")}`,
    );
  for (const { name, output, isGood } of results) {
    if (isGood) continue;
    const failed = output.split("\n").filter((line) => line.startsWith("(fail)"));
    console.log([`failed: ${name}`, ...failed].join("\n  "));
  }
  const [passed, failed] = [count(results, "pass"), count(results, "fail")];
  console.log(`${passed} passed, ${failed} failed`);
  return passed > 0 && results.every(({ isGood }) => isGood) ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => {
    console.error(`run-tests: ended by ${signal}; what the tests at work had made is left`);
    for (const child of running) child.kill(signal);
    process.exit(1);
  });
const args = process.argv.slice(2);
const one = { name: args.join(" "), isSerial: false, args };
process.exitCode = summarize(
  args.length === 0
    ? await runAll(allJobs())
    : [await runJob(one, (text) => void process.stderr.write(text))],
);
