/** Random operations of mono from two homes, with random kills beside them. */
import { join } from "node:path";
import { killTree } from "../support/processes.ts";
import { createQueue } from "../support/queue.ts";
import { type World, writeFiles } from "../support/world.ts";
import { composeFiles, makeInventory } from "./inventory.ts";

interface Options {
  readonly operations: number;
  readonly seed: number;
  /** How many go on at the same time. */
  readonly atOnce: number;
}

const scripts = {
  "mono.yml":
    'scripts:\n  init: echo one > "$MONO_DATA_DIR/one"; sleep 0.1\n  setup: sleep 0.1\n  run: sleep 1000\n  destroy: sleep 0.1\n',
};

/** Returns what has changed that is not mono's, and what of mono's is left: a line each, empty when all is well. */
export async function disturb(
  world: World,
  { atOnce, operations, seed }: Options,
): Promise<readonly string[]> {
  const random = createRandom(seed);
  const homes = [world.home, join(world.folder, "second-home")];
  const subjects = homes.flatMap((home, index) =>
    ["same", "simple", "own"].map((name) => {
      const path = join(world.folder, `place-${index}`, world.unique(name === "own" ? `own${index}` : name));
      writeFiles(path, name === "simple" ? scripts : { ...scripts, ...composeFiles });
      return { home, path };
    }),
  );
  const [first] = subjects;
  if (first === undefined) throw new Error("there are subjects");
  const inventory = await makeInventory(world, homes, first.path, "same");
  const before = await inventory.describe();

  const queue = createQueue(atOnce);
  const pick = <T>(from: readonly T[]): T => {
    const value = from[Math.floor(random() * from.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  };
  const jobs = Array.from({ length: operations }, () => ({
    ...pick(subjects),
    args: pick([["init"], ["init"], ["destroy"], ["destroy", "--force"], ["run"], ["list"]]),
    kill: pick(["no", "no", "mono", "all", "SIGTERM", "SIGHUP"] as const),
    afterMs: random() * 4000,
  }));
  await Promise.all(
    jobs.map((job) =>
      queue(async () => {
        const args = job.args[0] === "list" ? job.args : [...job.args, job.path];
        const child = world.start(args, { env: { MONO_HOME: job.home } });
        const outputs = Promise.all([child.stdout.text(), child.stderr.text()]);
        if (job.kill !== "no") {
          await Promise.race([child.exited, Bun.sleep(job.afterMs)]);
          if (job.kill === "all") killTree(child.pid);
          else child.kill(job.kill === "mono" ? "SIGKILL" : job.kill);
        }
        await child.exited;
        // A child that a killed mono has left holds the pipes.
        await Promise.race([outputs, Bun.sleep(100)]);
      }),
    ),
  );

  const wrong: string[] = [];
  for (const { home, path } of subjects) {
    const { exitCode, stderr } = await world.mono(["destroy", "--if-exists", "--force", path], {
      env: { MONO_HOME: home },
    });
    if (exitCode !== 0) wrong.push(`destroy exits with ${exitCode}: ${stderr}`);
  }
  const after = await settled(before, inventory.describe);
  for (const line of before) if (!after.includes(line)) wrong.push(`gone or changed: ${line}`);
  for (const line of after) if (!before.includes(line)) wrong.push(`left or changed: ${line}`);
  await inventory.remove();
  return wrong;
}

/** What has been killed takes a moment to go. */
async function settled(
  before: readonly string[],
  describe: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const after = await describe();
    if (after.join("\n") === before.join("\n") || performance.now() > deadline) return after;
    await Bun.sleep(200);
  }
}

/** The same numbers for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
