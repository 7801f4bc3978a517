/** Every copy knows its own address: in its containers, from the first init on. Two real copies. */
import { expect, test } from "bun:test";
import { destroyCopies, inContainer, twoCopies, waiting } from "./support/copies.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, lines } from "./support/world.ts";

const world = worldForEachTest();

test("ports and addresses reach the containers with init, and run re-creates nothing", async () => {
  const copies = await twoCopies(world, {
    "compose.yml": `include: [inner.yml]
services:
  web:
    image: "\${BASE_IMAGE}"
    command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 60 & wait; done"]
    ports: ["3000:3000"]
    env_file: [more.env]
    environment: { OWN: "\${MONO_WEB_PORT}", API: "\${MONO_API_URL:-http://localhost:8000}", NEEDED: "\${MONO_API_PORT:?}" }
`,
    "inner.yml": `services: { api: ${waiting}, ports: ["8000:80"], environment: { WEB: "\${MONO_WEB_PORT}" } } }\n`,
    "more.env": "FROM_FILE=${MONO_API_PORT}\n",
    "mono.yml": "scripts: { run: 'true' }\n",
  });
  const ids = async () =>
    await Promise.all(
      copies.map(async ({ project }) =>
        lines(
          await docker(world, [
            "ps",
            "-aq",
            "--no-trunc",
            "--filter",
            `label=com.docker.compose.project=${project}`,
          ]),
        ),
      ),
    );
  const before = await ids();
  for (const copy of copies) {
    const { MONO_API_PORT: api, MONO_WEB_PORT: web } = copy.variables;
    expect(await inContainer(world, copy, "web", 'echo "$OWN $API $NEEDED $FROM_FILE"')).toBe(
      `${web} http://localhost:${api} ${api} ${api}\n`,
    );
    expect(await inContainer(world, copy, "api", 'echo "$WEB"')).toBe(`${web}\n`);
    await world.ok(["run", copy.path]);
  }
  expect(await ids()).toEqual(before);
  expect(before.flat()).toHaveLength(4);
  await destroyCopies(world, copies);
});

test("a file whose ports change with the second reading is an error that says so", async () => {
  const path = world.workspace("loop", {
    "compose.yml": `services: { web: ${waiting}, ports: ["80:\${MONO_WEB_PORT:-3000}"] } }\n`,
  });
  const { exitCode, stderr } = await world.mono(["init", path]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining("publish other ports once mono's ports are known to them: web"),
  });
});
