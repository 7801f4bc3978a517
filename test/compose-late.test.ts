/** One reading, one environment: what is resolved when the private file is made is resolved for good. Two real copies. */
import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { destroyCopies, inContainer, twoCopies, waiting } from "./support/copies.ts";
import { describeWithEachCompose } from "./support/each-compose.ts";

const app = `include:
  - { path: inner.yaml, env_file: inner.env }
services:
  web:
    image: "\${BASE_IMAGE}"
    command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 60 & wait; done"]
    configs: [settings]
    secrets: [token, { source: token, target: again, uid: "5", mode: 0400 }, empty]
    security_opt: ["seccomp=sc.json"]
    environment: { TEXT: "a\\u2028b", BIG: 9007199254740993, LATER: , MONO_WEB_PORT: , NEL: "a\\u0085b" }
    labels: { "a$$b": c }
    volumes: ["./:/deploy"]
  extra: ${waiting}, profiles: [extra] }
configs: { settings: { environment: SETTINGS } }
secrets: { token: { environment: TOKEN }, empty: { environment: EMPTY } }
`;
const files = {
  ".env": "COMPOSE_FILE=deploy/compose.yaml\nTOKEN='to$ken'\nSETTINGS=from-root\nEMPTY=\n",
  "deploy/.env": "COMPOSE_PROFILES=extra\nSETTINGS=from-deploy\n",
  "deploy/compose.yaml": app,
  "deploy/inner.yaml": `services:\n  inner: ${waiting}, secrets: [pw] }\nsecrets: { pw: { environment: PW } }\n`,
  "deploy/inner.env": "PW=included\n",
  "deploy/sc.json": '{"defaultAction": "SCMP_ACT_ALLOW"}',
  "mono.yml":
    "scripts:\n  setup: cd / && LATER=later TOKEN=later docker compose run --rm -T web sh -c 'echo $LATER; cat /run/secrets/token' > $MONO_ENV_PATH/in-setup\n",
};

describeWithEachCompose((world) => {
  test("secrets, configs, files and profiles stay what they were, for every caller of Compose in any folder", async () => {
    const copies = await twoCopies(world, files);
    for (const copy of copies) {
      const seen = await inContainer(
        world,
        copy,
        "web",
        'cat /run/secrets/token /run/secrets/again /run/secrets/empty /settings; ls -ln /run/secrets/again | cut -c1-17; echo "$BIG|$LATER|"',
      );
      expect(seen).toBe("to$kento$kenfrom-root-r--------    1 5\n9007199254740993||\n");
      expect(await inContainer(world, copy, "web", 'printf %s "$TEXT$NEL"')).toBe("a\u2028ba\u0085b");
      expect(await inContainer(world, copy, "inner", "cat /run/secrets/pw")).toBe("included");
      expect(copy.observed.containers.map(({ service }) => service).toSorted()).toEqual([
        "extra",
        "inner",
        "web",
      ]);
      expect(readFileSync(join(copy.path, "in-setup"), "utf8")).toBe("\nto$ken");

      // From a folder below, with other values of everything: Compose finds nothing to change.
      const folder = join(copy.path, "below");
      mkdirSync(folder);
      await Bun.write(join(folder, ".env"), "TOKEN=other\nSETTINGS=other\nPW=other\nLATER=other\n");
      const env = { ...copy.variables, TOKEN: "other", LATER: "other" };
      const argv = ["docker", "compose", "up", "-d"];
      const { exitCode, stderr } = await world.call(argv, {
        cwd: folder,
        env: { ...env, ...projectOf(world.home, copy.project) },
      });
      expect({ exitCode, stderr: stderr.replaceAll(/Running|Healthy/g, "") }).toEqual({
        exitCode: 0,
        stderr: expect.not.stringMatching(/Recreate|Started|Created/),
      });
    }
    const generated = join(world.home, "environments", copies[0].project.slice("mono-".length));
    expect(statSync(join(generated, "secrets")).mode & 0o777).toBe(0o700);
    expect(statSync(join(generated, "docker-compose.mono.yml")).mode & 0o777).toBe(0o600);
    await destroyCopies(world, copies);
  });
});

function projectOf(home: string, project: string): Record<string, string> {
  const folder = join(home, "environments", project.slice("mono-".length));
  return {
    COMPOSE_PROJECT_NAME: project,
    COMPOSE_FILE: join(folder, "docker-compose.mono.yml"),
    COMPOSE_PROFILES: "extra",
  };
}
