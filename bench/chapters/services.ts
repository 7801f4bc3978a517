/** Three services, and a bare Docker Compose that does the same with them. The two never run at the same time. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { baseline, playRounds, subject } from "../rounds.ts";
import { type Chapter, composeFile, inScene, type Scene } from "../scene.ts";

/** How far the ports of the bare project are from those that mono gives. */
const portDistance = 10_000;

const shop = { web: { ports: ["80"] }, api: { ports: ["8080"] }, db: { volumes: ["/data"] } };

export const threeServices: Chapter = {
  rows: ["init-services", "destroy-services"],
  needsImage: true,
  measure: (rounds) =>
    inScene(rounds, async (scene) => {
      const { world, call, mono } = scene;
      const path = world.workspace("shop", { "compose.yml": composeFile(shop) });
      const project = world.unique("bare");
      const compose = ["docker", "compose", "-p", project, "-f", await bareFile(scene, path)];
      await call(["tmux", "new-session", "-d", "-s", "stays"]);
      return await playRounds(rounds, [
        subject("init-services", () => mono(["init", path])),
        subject("destroy-services", () => mono(["destroy", path])),
        baseline("init-services", async () => {
          await call([...compose, "up", "-d"]);
          await call(["tmux", "new-session", "-d", "-s", "bare", "-c", path]);
        }),
        baseline("destroy-services", () => call([...compose, "down", "-v", "-t", "0"])),
        { act: () => call(["tmux", "kill-session", "-t", "=bare"]) },
      ]);
    }),
};

/** What mono generates for this workspace, with other ports. The project name in it is overridden by `-p`. */
async function bareFile({ world, mono }: Scene, path: string): Promise<string> {
  const answer = JSON.parse(await mono(["init", path, "--json"])) as { environment: { name: string } };
  const generated = join(world.home, "environments", answer.environment.name, "docker-compose.mono.yml");
  const text = readFileSync(generated, "utf8");
  await mono(["destroy", path]);
  const file = join(world.folder, "bare.yml");
  const elsewhere = text.replaceAll(
    /("?published"?: ?")(\d+)"/g,
    (_, key: string, port: string) => `${key}${Number(port) + portDistance}"`,
  );
  if (elsewhere === text) throw new Error(`no published port in ${text}`);
  writeFileSync(file, elsewhere);
  return file;
}

const ignoring = { init: false, command: ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"] };

/** The bare side waits as long as Compose does by default: `mono destroy` gives containers less time. */
export const threeStubbornServices: Chapter = {
  rows: ["destroy-stubborn"],
  needsImage: true,
  measure: (rounds) =>
    inScene(rounds, async ({ world, call, mono }) => {
      const path = world.workspace("stubborn", {
        "compose.yml": composeFile({ web: ignoring, api: ignoring, db: ignoring }),
      });
      const compose = ["docker", "compose", "-p", world.unique("bare"), "-f", join(path, "compose.yml")];
      return await playRounds(rounds, [
        { act: () => mono(["init", path]) },
        subject("destroy-stubborn", () => mono(["destroy", path])),
        { act: () => call([...compose, "up", "-d"]) },
        baseline("destroy-stubborn", () => call([...compose, "down", "-v"])),
      ]);
    }),
};
