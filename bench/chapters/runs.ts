/** `mono run`, until the script's first line has run, and the bare tools that start the same script. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { poll } from "../../src/process/poll.ts";
import { baseline, playRounds, type Step, subject } from "../rounds.ts";
import type { RowName } from "../rows.ts";
import { type Chapter, composeFile, inScene, type Scene } from "../scene.ts";

const monoYml = "scripts:\n  run: ': >began; exec sleep 100000'\n";
const session = "bare";

export const simpleRun: Chapter = {
  rows: ["run-simple"],
  measure: (rounds) =>
    inScene(rounds, async (scene) => {
      const path = scene.world.workspace("runs", { "mono.yml": monoYml });
      await scene.mono(["init", path]);
      await makeBareSession(scene, path);
      return await playRounds(rounds, [
        ...timed(subject, "run-simple", path, () => scene.mono(["run", path])),
        ...timed(baseline, "run-simple", path, () => respawn(scene, path)),
      ]);
    }),
};

/** On both sides the containers are already running, so that nothing about them has to change. */
export const runOfThreeServices: Chapter = {
  rows: ["run-services"],
  needsImage: true,
  measure: (rounds) =>
    inScene(rounds, async (scene) => {
      const { world, call, mono } = scene;
      const services = { web: {}, api: {}, db: { volumes: ["/data"] } };
      const path = world.workspace("runs", {
        "mono.yml": monoYml,
        "compose.yml": composeFile(services),
      });
      const up = [
        "docker",
        "compose",
        "-p",
        world.unique("bare"),
        "-f",
        join(path, "compose.yml"),
        "up",
        "-d",
      ];
      await mono(["init", path]);
      await call(up);
      await makeBareSession(scene, path);
      return await playRounds(rounds, [
        ...timed(subject, "run-services", path, () => mono(["run", path])),
        ...timed(baseline, "run-services", path, async () => {
          await call(up);
          await respawn(scene, path);
        }),
      ]);
    }),
};

async function makeBareSession({ call }: Scene, path: string): Promise<void> {
  await call(["tmux", "new-session", "-d", "-s", session, "-c", path]);
}

async function respawn({ call }: Scene, path: string): Promise<void> {
  await call(["tmux", "respawn-pane", "-k", "-t", `=${session}:`, "-c", path, ": >began; exec sleep 100000"]);
}

/** One side: a start of the script, until it has begun. */
function timed(side: typeof subject, row: RowName, path: string, start: Step["act"]): readonly Step[] {
  const began = join(path, "began");
  return [
    { act: async () => rmSync(began, { force: true }) },
    side(row, async () => {
      await start();
      const hasBegun = await poll(() => existsSync(began) || undefined, { everyMs: 1, deadlineMs: 60_000 });
      if (hasBegun === undefined) throw new Error(`no script has begun in ${path}`);
    }),
  ];
}
