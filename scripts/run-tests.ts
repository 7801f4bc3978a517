/**
 * Runs the tests: `bun scripts/run-tests.ts [--unit | --simple | --mac] [argument of bun test]...`
 *
 * Without arguments it runs every file of `test/`, each in a `bun test` of its own, several at a time, since most of
 * the time is waiting; the files of `src/` share one `bun test`. Those called `….serial.test.ts` publish ports or count
 * ids, and each world counts from 1: they run one at a time. With arguments it is one `bun test`. `--unit` is one
 * `bun test` of what needs neither the built executable nor Docker. `--simple` runs every file that needs no Docker,
 * and tells the tests that there is none. `--mac` runs the suites that depend on the system's own tools as on a Mac,
 * each twice, in the caller's locale and with LANG=C: `mac-bed.ts` says how. The last line is `N passed, N failed`; the
 * exit status is 1 when a test has failed, or none has run.
 */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { macEnv, macSample, macSuites, macUnits } from "./mac-bed.ts";
import { needNoDocker, needNothing, testName } from "./test-needs.ts";

const repository = resolve(import.meta.dir, "..");
const atOnce = 3;
/** The first ones to start, so that none of them runs alone at the end. */
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
  readonly env?: Readonly<Record<string, string>>;
}

interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly output: string;
  readonly isGood: boolean;
}

const running = new Set<Bun.Subprocess>();

async function runJob({ name, args, env }: Job, print: (text: string) => void): Promise<Result> {
  const startedAt = performance.now();
  // The time limit of a test is a guard against a hang.
  const child = Bun.spawn([process.execPath, "test", "--timeout", "300000", ...args], {
    cwd: repository,
    env: { ...process.env, ...env },
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

/** A job for each of these files, the longest first. */
function jobsOf(files: readonly string[]): Job[] {
  const jobs = files.map((file) => ({
    name: testName(file),
    isSerial: file.endsWith(".serial.test.ts"),
    args: [file],
  }));
  const rank = ({ name }: Job) => (longest.includes(name) ? longest.indexOf(name) : longest.length);
  return jobs.toSorted((a, b) => rank(a) - rank(b));
}

/** The unit tests are quick: one job. */
function unitJob(more: readonly string[] = []): Job {
  return { name: "src", isSerial: false, args: [...testFiles("src"), ...more] };
}

/** Tests as on a Mac: those with these names, in this locale if one is given. */
function macJobs(names: readonly string[], locale?: string): Job[] {
  const env = { ...macEnv, ...(locale !== undefined && { LANG: locale, LC_ALL: locale }) };
  const mark = locale === undefined ? "mac" : `mac, ${locale}`;
  const units = { args: macUnits.args, env: { ...env, ...macUnits.env } };
  return [
    ...jobsOf(namedFiles(names)).map((job): Job => ({ ...job, name: `${job.name} (${mark})`, env })),
    { name: `src (${mark})`, isSerial: false, ...units },
  ];
}

function namedFiles(names: readonly string[]): readonly string[] {
  return testFiles("test").filter((file) => names.includes(testName(file)));
}

/** What the arguments ask for. One job alone prints as it goes. */
function chosenJobs([first, ...rest]: readonly string[]): Job[] {
  const one = (args: readonly string[], env?: Job["env"]): Job[] => [
    { name: args.join(" "), isSerial: false, args, ...(env !== undefined && { env }) },
  ];
  switch (first) {
    case undefined:
      return [...jobsOf(testFiles("test")), unitJob(), ...macJobs(macSample)];
    case "--unit":
      return [unitJob(namedFiles(needNothing))];
    case "--simple":
      return rest.length > 0
        ? one(rest)
        : [...jobsOf(namedFiles(needNoDocker)), unitJob(namedFiles(needNothing))];
    case "--mac":
      return rest.length > 0 ? one(rest, macEnv) : [...macJobs(macSuites), ...macJobs(macSuites, "C")];
    default:
      return one([first, ...rest]);
  }
}

/** The pages name the ports of a first environment, which may get other ports while other files use the engine. */
const isPages = ({ name }: Job) => name === "docs";

/** What may run beside the pages: it uses no engine and publishes no port. */
const isBesidePages = ({ isSerial, name }: Job) =>
  !isSerial && [...needNoDocker, ...needNothing, "src"].includes(name);

async function runAll(jobs: Job[]): Promise<Result[]> {
  const results: Result[] = [];
  let isSerialGoing = false;
  const run = async (job: Job) => {
    const result = await runJob(job, () => {});
    results.push(result);
    console.log(`${result.name}, ${result.seconds.toFixed(0)} s\n${result.output}`);
  };
  const take = (isWanted: (job: Job) => boolean): Job | undefined => {
    const index = jobs.findIndex(isWanted);
    return index === -1 ? undefined : jobs.splice(index, 1)[0];
  };
  /** What is serial goes first: nothing else may keep it waiting. */
  const takeAny = () => (isSerialGoing ? undefined : take(({ isSerial }) => isSerial)) ?? take(isParallel);
  const pages = take(isPages);
  let arePagesGoing = pages !== undefined;
  const printed = pages === undefined ? Promise.resolve() : run(pages).finally(() => (arePagesGoing = false));
  const lane = async (isFirst: boolean) => {
    if (isFirst) await printed;
    for (;;) {
      const job = arePagesGoing ? take(isBesidePages) : takeAny();
      if (job === undefined && !arePagesGoing) return;
      if (job === undefined) await printed;
      else if (!job.isSerial) await run(job);
      else {
        isSerialGoing = true;
        await run(job).finally(() => (isSerialGoing = false));
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => lane(index === 0)));
  return results;
}

function isParallel({ isSerial }: Job): boolean {
  return !isSerial;
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
    console.error(`run-tests: ended by ${signal}; what the running tests had made is left behind`);
    for (const child of running) child.kill(signal);
    process.exit(1);
  });
const args = process.argv.slice(2);
// For the worlds of the tests (test/support/world.ts).
if (args[0] === "--simple") process.env["MONO_TESTS"] = "simple";
// bash complains about a locale that is not installed, as after ssh from a machine that has it. Tests of a locale name
// their own.
delete process.env["LC_ALL"];
const jobs = chosenJobs(args);
const [only] = jobs;
process.exitCode = summarize(
  only !== undefined && jobs.length === 1
    ? [await runJob(only, (text) => void process.stderr.write(text))]
    : await runAll(jobs),
);
