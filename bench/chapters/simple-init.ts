/** The beginning and the end of environments without containers. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { baseline, playRounds, type Step, subject } from "../rounds.ts";
import { type Chapter, inScene, type Scene, upTo } from "../scene.ts";

export const initWarm: Chapter = {
  rows: ["init-simple", "destroy-simple"],
  measure: (rounds) =>
    inScene(rounds, async ({ world, call, mono }) => {
      const path = world.workspace("warm", {});
      await call(sessionCalled("stays", path));
      return await playRounds(rounds, [
        subject("init-simple", () => mono(["init", path])),
        subject("destroy-simple", () => mono(["destroy", path])),
        baseline("init-simple", () => call(sessionCalled("bare", path))),
        baseline("destroy-simple", () => call(["tmux", "kill-session", "-t", "=bare"])),
      ]);
    }),
};

/** Each server gets a socket of its own: a server that is about to end refuses new clients. */
export const initCold: Chapter = {
  rows: ["init-cold"],
  measure: (rounds) =>
    inScene(rounds, async ({ world, call, mono }) => {
      const path = world.workspace("cold", {});
      const servers: { readonly env: { readonly TMUX_TMPDIR: string } }[] = [];
      const newServer = untimed(async () => {
        const folder = join(world.folder, `tmux-${servers.length}`);
        mkdirSync(folder);
        servers.push({ env: { TMUX_TMPDIR: folder } });
      });
      try {
        return await playRounds(rounds, [
          newServer,
          subject("init-cold", () => mono(["init", path], servers.at(-1))),
          untimed(() => mono(["destroy", path], servers.at(-1))),
          newServer,
          baseline("init-cold", () => call(sessionCalled("bare", path), servers.at(-1))),
          untimed(() => call(["tmux", "kill-server"], servers.at(-1))),
        ]);
      } finally {
        for (const server of servers) await world.call(["tmux", "kill-server"], server);
      }
    }),
};

const atOnce = 16;

export const initTogether: Chapter = {
  rows: ["init-16"],
  measure: (rounds) =>
    inScene(rounds, async (scene) => {
      const { world, call, mono } = scene;
      const paths = upTo(atOnce).map((number) => world.workspace(`n${number}`, {}));
      await call(sessionCalled("stays", world.folder));
      const each = (command: string) => Promise.all(paths.map((path) => mono([command, path])));
      return await playRounds(rounds, [
        subject("init-16", () => each("init")),
        untimed(() => each("destroy")),
        baseline("init-16", () => oneAfterTheOther(scene, paths)),
        untimed(() => each("destroy")),
      ]);
    }),
};

async function oneAfterTheOther({ mono }: Scene, paths: readonly string[]): Promise<void> {
  for (const path of paths) await mono(["init", path]);
}

function sessionCalled(name: string, folder: string): readonly string[] {
  return ["tmux", "new-session", "-d", "-s", name, "-c", folder];
}

function untimed(act: Step["act"]): Step {
  return { act };
}
