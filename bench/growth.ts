/** How the time of a command grows with the number of environments. */
import { Database } from "bun:sqlite";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { playRounds, type Recorded, type Rounds, samplesOf, subject } from "./rounds.ts";
import { composeFile, inScene, makeSimpleEnvironments, type Scene, upTo } from "./scene.ts";
import { quantileOf, rounded } from "./statistics.ts";

const counts = [1, 10, 50, 100, 400];

const curves = {
  init: "mono init, one more",
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

export async function measureGrowth(rounds: Rounds, tell: (text: string) => void): Promise<Growth> {
  return await inScene(rounds, (simple) =>
    inScene(rounds, async (stopped) => {
      const add = await stoppedEnvironments(stopped);
      const measured: Recorded[] = [];
      let there = 0;
      for (const count of counts) {
        tell(`growth: ${count}`);
        await makeSimpleEnvironments(simple, upTo(count).slice(there));
        for (const number of upTo(count).slice(there)) add(number);
        there = count;
        measured.push(await playCommands(rounds, simple, stopped));
      }
      const mediansOf = (curve: string) =>
        measured.map((recorded) => rounded(quantileOf(samplesOf(recorded, curve).subject, 0.5)));
      const [alone = NaN] = mediansOf("tmux");
      return {
        counts,
        samples: rounds.count,
        unit: { name: curves.tmux, ms: alone },
        curves: Object.entries(curves).map(([curve, name]) => ({ name, medians: mediansOf(curve) })),
      };
    }),
  );
}

async function playCommands(rounds: Rounds, { world, call, mono }: Scene, stopped: Scene): Promise<Recorded> {
  const path = world.workspace("more", {});
  return await playRounds(rounds, [
    subject("list", () => mono(["list"])),
    subject("tmux", () => call(["tmux", "list-sessions"])),
    subject("listOfStopped", () => stopped.mono(["list"])),
    subject("init", () => mono(["init", path])),
    subject("destroy", () => mono(["destroy", path])),
  ]);
}

/**
 * As after a reboot: rows, folders and generated files are there, containers and sessions are not. The first is made by
 * mono and stopped; the others are copies of its row and its file. Returns what makes the one of that number.
 */
async function stoppedEnvironments({ world, call, mono }: Scene): Promise<(number: number) => void> {
  const first = world.workspace("stopped", { "compose.yml": composeFile({ web: { ports: ["80"] } }) });
  await mono(["init", first]);
  await call(["docker", "compose", "-p", `mono-${world.unique("stopped")}`, "down", "-t", "0"]);
  await call(["tmux", "kill-server"]);
  const own = (name: string) => join(world.home, "environments", name);
  return (number) => {
    if (number === 1) return;
    const name = world.unique(`stopped-${number}`);
    const path = world.workspace(`stopped-${number}`, {});
    mkdirSync(own(name));
    const file = "docker-compose.mono.yml";
    copyFileSync(join(own(world.unique("stopped")), file), join(own(name), file));
    using database = new Database(join(world.home, "state.db"));
    database.run(
      "INSERT INTO environments (path, docker_project, name, phase, engine) SELECT ?, ?, ?, phase, engine FROM environments WHERE id = 1",
      [path, `mono-${name}`, name],
    );
  };
}
