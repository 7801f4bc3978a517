/** The floor of every command: the start of the runtime. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../test/support/world.ts";
import { baseline, playRounds, subject } from "../rounds.ts";
import { type Chapter, inScene } from "../scene.ts";

export const version: Chapter = {
  rows: ["version"],
  measure: (rounds) =>
    inScene(rounds, async ({ world, call, mono }) => {
      const [source, empty] = [join(world.folder, "empty.ts"), join(world.folder, "empty")];
      writeFileSync(source, "export {};\n");
      await call([join(repository, "scripts/compile"), source, empty]);
      return await playRounds(rounds, [
        subject("version", () => mono(["--version"])),
        baseline("version", () => call([empty])),
      ]);
    }),
};
