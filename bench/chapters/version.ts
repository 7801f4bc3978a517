/** The floor of every command: the start of the runtime. */
import { compileEmpty } from "../empty-program.ts";
import { baseline, playRounds, subject } from "../rounds.ts";
import { type Chapter, inScene } from "../scene.ts";

export const version: Chapter = {
  rows: ["version"],
  measure: (rounds) =>
    inScene(rounds, async (scene) => {
      const { call, mono } = scene;
      const empty = await compileEmpty(scene);
      return await playRounds(rounds, [
        subject("version", () => mono(["--version"])),
        baseline("version", () => call([empty])),
      ]);
    }),
};
