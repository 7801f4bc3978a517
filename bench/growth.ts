/** How the time of a command grows with the number of environments. */
import { Database } from "bun:sqlite";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { playRounds, type Rounds, samplesOf, type Step, subject } from "./rounds.ts";
import { composeFile, inScene, makeSimpleEnvironments, type Scene, upTo } from "./scene.ts";
import { quantileOf, rounded } from "./statistics.ts";

const counts = [1, 10, 50, 100, 400];

const curves = {
  init: "mono init, one more",
  run: "mono run, of that one",
  destroy: "mono destroy, of that one",
  list: "mono list",
  listOfStopped: "mono list, containers gone",
  tmux: "tmux list-sessions",
} as const;

export interface Growth {
  /** Environments that are there. */
  readonly counts: readonly number[];
  readonly samples: number;
  /** What the chart measures in: a process that asks a server one thing. */
  readonly unit: { readonly name: string; readonly ms: number };
  /** Medians in milliseconds, one for each count. */
  readonly curves: readonly { readonly name: string; readonly medians: readonly number[] }[];
}

/** So many environments of each sort. */
interface Place {
  readonly count: number;
  readonly simple: Scene;
  readonly stopped: Scene;
}

/** All counts are there at once, and take turns: what else the machine does meets each of them. */
export async function measureGrowth(rounds: Rounds): Promise<Growth> {
  return await inPlaces(rounds, counts, async (places) => {
    const recorded = await playRounds(rounds, places.flatMap(callEachCommand));
    const mediansOf = (curve: string) =>
      counts.map((count) => rounded(quantileOf(samplesOf(recorded, at(curve, count)).subject, 0.5)));
    const [alone = NaN] = mediansOf("tmux");
    return {
      counts,
      samples: rounds.count,
      unit: { name: curves.tmux, ms: alone },
      curves: Object.entries(curves).map(([curve, name]) => ({ name, medians: mediansOf(curve) })),
    };
  });
}

async function inPlaces<T>(
  rounds: Rounds,
  [count, ...others]: readonly number[],
  act: (places: readonly Place[]) => Promise<T>,
): Promise<T> {
  if (count === undefined) return await act([]);
  return await inScene(rounds, (simple) =>
    inScene(rounds, async (stopped) => {
      await makeSimpleEnvironments(simple, upTo(count));
      await makeStoppedEnvironments(stopped, upTo(count));
      return await inPlaces(rounds, others, (places) => act([{ count, simple, stopped }, ...places]));
    }),
  );
}

function callEachCommand({ count, simple: { world, call, mono }, stopped }: Place): readonly Step[] {
  const path = world.workspace("more", { "mono.yml": "scripts:\n  run: exec sleep 100000\n" });
  return [
    subject(at("list", count), () => mono(["list"])),
    subject(at("tmux", count), () => call(["tmux", "list-sessions"])),
    subject(at("listOfStopped", count), () => stopped.mono(["list"])),
    subject(at("init", count), () => mono(["init", path])),
    subject(at("run", count), () => mono(["run", path])),
    subject(at("destroy", count), () => mono(["destroy", path])),
  ];
}

function at(curve: string, count: number): string {
  return `${curve} of ${count}`;
}

/**
 * As after a reboot: rows, folders and generated files are there, containers and sessions are not. The first is made by
 * mono and stopped; the others are copies of its row and its file.
 */
async function makeStoppedEnvironments(
  { world, call, mono }: Scene,
  [, ...others]: readonly number[],
): Promise<void> {
  const name = world.unique("stopped");
  const path = world.workspace("stopped", { "compose.yml": composeFile({ web: { ports: ["80"] } }) });
  await mono(["init", path]);
  await call(["docker", "compose", "-p", `mono-${name}`, "down", "-t", "0"]);
  await call(["tmux", "kill-server"]);
  using database = new Database(join(world.home, "state.db"));
  const insert = database.prepare(
    "INSERT INTO environments (path, docker_project, name, phase, engine) SELECT ?, ?, ?, phase, engine FROM environments WHERE name = ?",
  );
  const own = join(world.home, "environments");
  for (const number of others) {
    const copy = world.unique(`stopped-${number}`);
    insert.run(world.workspace(`stopped-${number}`, {}), `mono-${copy}`, copy, name);
    cpSync(join(own, name), join(own, copy), { recursive: true });
  }
}
