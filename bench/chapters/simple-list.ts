/** Commands that only look, at environments without containers: a row, a folder and a session each. */
import { basename } from "node:path";
import { baseline, playRounds, subject } from "../rounds.ts";
import { type Chapter, inScene, makeSimpleEnvironments, upTo } from "../scene.ts";

export const listOf1: Chapter = {
  rows: ["list-1", "vars-name"],
  measure: (rounds) =>
    inScene(rounds, async (scene) => {
      const [path = ""] = await makeSimpleEnvironments(scene, [1]);
      return await playRounds(rounds, [
        subject("list-1", () => scene.mono(["list"])),
        baseline("list-1", () => scene.call(["tmux", "list-sessions"])),
        subject("vars-name", () => scene.mono(["vars", basename(path)])),
        baseline("vars-name", () => scene.mono(["vars", path])),
      ]);
    }),
};

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
