/** What is asked about twenty environments with a container each: once the containers run, all of it is looking. */
import { join } from "node:path";
import { createQueue } from "../../test/support/queue.ts";
import { compileEmpty } from "../empty-program.ts";
import { peakMemoryOf } from "../peak-memory.ts";
import {
  baseline,
  playRounds,
  type Recorded,
  type Rounds,
  samplesOf,
  type Step,
  subject,
} from "../rounds.ts";
import { type Chapter, composeFile, inScene, makeSimpleEnvironments, type Scene, upTo } from "../scene.ts";

const count = 20;
/** `list` is to be weighed with a hundred. */
const simpleCount = 80;
const initsAtOnce = 2;

export const containers: Chapter = {
  rows: ["vars", "floor", "list-containers", "memory"],
  needsImage: true,
  measure: (rounds, wanted) =>
    inScene(rounds, async (scene) => {
      const [path] = await makeEnvironments(scene);
      const steps = [
        ...(wanted.has("vars") ? askForVariables(scene, path) : []),
        ...(wanted.has("floor") ? await askNothing(scene, path) : []),
        ...(wanted.has("list-containers") ? askForAll(scene) : []),
      ];
      const recorded = await playRounds(rounds, steps);
      if (wanted.has("memory")) await weigh(scene, rounds, recorded);
      return recorded;
    }),
};

async function makeEnvironments({ world, mono, rounds }: Scene): Promise<readonly [string, ...string[]]> {
  const queue = createQueue(initsAtOnce);
  const make = async (number: number) => {
    rounds.signal.throwIfAborted();
    const path = world.workspace(`c${number}`, { "compose.yml": composeFile({ web: { ports: ["80"] } }) });
    await mono(["init", path]);
    return path;
  };
  const [first = 1, ...others] = upTo(count);
  return await Promise.all([queue(() => make(first)), ...others.map((number) => queue(() => make(number)))]);
}

function askForVariables(scene: Scene, path: string): readonly Step[] {
  return [subject("vars", () => scene.mono(["vars", path])), baseline("vars", () => queryRow(scene, path))];
}

/** How much of the ratio of `vars` is the runtime's. */
async function askNothing(scene: Scene, path: string): Promise<readonly Step[]> {
  const empty = await compileEmpty(scene);
  return [subject("floor", () => scene.call([empty])), baseline("floor", () => queryRow(scene, path))];
}

async function queryRow({ world, call }: Scene, path: string): Promise<void> {
  const query = `select id, name, docker_project, phase from environments where path = '${path}'`;
  await call(["sqlite3", join(world.home, "state.db"), query]);
}

function askForAll({ call, mono }: Scene): readonly Step[] {
  return [
    subject("list-containers", () => mono(["list"])),
    baseline("list-containers", async () => {
      await call(["docker", "ps", "-a"]);
      await call(["tmux", "list-sessions"]);
    }),
  ];
}

async function weigh(scene: Scene, rounds: Rounds, recorded: Recorded): Promise<void> {
  await makeSimpleEnvironments(scene, upTo(simpleCount));
  for (const _ of upTo(rounds.count)) {
    rounds.signal.throwIfAborted();
    samplesOf(recorded, "memory").subject.push(await peakMemoryOf(scene, ["list"]));
  }
}
