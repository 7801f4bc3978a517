/** `mono list` of environments that are a row, a folder and a session each. */
import { baseline, playRounds, subject } from "../rounds.ts";
import { type Chapter, inScene, makeSimpleEnvironments, upTo } from "../scene.ts";

export const listOf60: Chapter = {
  rows: ["list-simple"],
  measure: (rounds) =>
    inScene(rounds, async (scene) => {
      await makeSimpleEnvironments(scene, upTo(60));
      return await playRounds(rounds, [
        subject("list-simple", () => scene.mono(["list"])),
        baseline("list-simple", () => scene.call(["tmux", "list-sessions"])),
      ]);
    }),
};

export const listOf400: Chapter = {
  rows: ["list-400"],
  measure: (rounds) =>
    inScene(rounds, (many) =>
      inScene(rounds, async (few) => {
        await makeSimpleEnvironments(many, upTo(400));
        await makeSimpleEnvironments(few, upTo(10));
        return await playRounds(rounds, [
          subject("list-400", () => many.mono(["list"])),
          baseline("list-400", () => few.mono(["list"])),
        ]);
      }),
    ),
};
