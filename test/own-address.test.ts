/** Every copy knows its own address: in its containers, from the first init on. Two real copies. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { containerOf, type Copy, destroyCopies, inContainer, twoCopies, waiting } from "./support/copies.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, eventually, executable, lines } from "./support/world.ts";

const world = worldForEachTest();

/** The ids of a copy's containers. */
async function containersOf({ project }: Copy): Promise<readonly string[]> {
  const filter = `label=com.docker.compose.project=${project}`;
  return lines(await docker(world, ["ps", "-aq", "--no-trunc", "--filter", filter]));
}

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
  const ids = async () => await Promise.all(copies.map(containersOf));
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

test("a port's own variable follows the private port, in containers, scripts and session, against .env and the caller's", async () => {
  const copies = await twoCopies(
    world,
    {
      ".env": "WEB_PORT=4000\n",
      "compose.yml": `services:
  web: ${waiting}, ports: ["127.0.0.1:\${WEB_PORT:-3000}:3000"], environment: { ORIGIN: "http://localhost:\${WEB_PORT:-3000}" }, labels: { at: "\${WEB_PORT}" } }
  api: ${waiting}, ports: [{ target: 80, published: "\${API_PORT:-8000}" }], environment: { CORS: "http://localhost:\${WEB_PORT}", SELF: "\${API_PORT:-8000}", HOST: "http://host.docker.internal:5000/x", DB: "pg://host.docker.internal:5432" } }
  both: ${waiting}, ports: ["\${BOTH_PORT:-5000}:\${BOTH_PORT:-5000}"], environment: { BOTH: "\${BOTH_PORT:-5000}" } }
`,
      "mono.yml":
        'scripts:\n  setup: echo "$WEB_PORT $API_PORT $BOTH_PORT" > in-setup\n  run: echo "$WEB_PORT" > in-run.new; mv in-run.new in-run; exec sleep 1000\n',
    },
    { env: { WEB_PORT: "5000" } },
  );
  for (const copy of copies) {
    const { MONO_API_PORT: api, MONO_WEB_PORT: web } = copy.variables;
    expect(await inContainer(world, copy, "web", 'echo "$ORIGIN"')).toBe(`http://localhost:${web}\n`);
    expect(await inContainer(world, copy, "api", 'echo "$CORS $SELF"')).toBe(
      `http://localhost:${web} ${api}\n`,
    );
    expect(await inContainer(world, copy, "api", 'echo "$HOST $DB"')).toBe(
      `http://host.docker.internal:${copy.variables["MONO_BOTH_PORT"]}/x pg://host.docker.internal:5432\n`,
    );
    expect(copy.narration).toContain(
      "shared with other environments: service api: DB names port 5432 of this host\n",
    );
    expect(await inContainer(world, copy, "both", 'echo "$BOTH"')).toBe("5000\n");
    expect(copy.narration).toContain(
      "both: BOTH_PORT does not follow the private port: it is also a port in the container",
    );
    expect(readFileSync(join(copy.path, "in-setup"), "utf8")).toBe(`${web} ${api} \n`);
    const before = await containersOf(copy);
    await world.ok(["run", copy.path], { env: { WEB_PORT: "6000" } });
    await eventually("the run", () => existsSync(join(copy.path, "in-run")));
    expect(readFileSync(join(copy.path, "in-run"), "utf8")).toBe(`${web}\n`);
    expect(await containersOf(copy)).toEqual(before);
  }
  // Called inside of one, the other keeps its own.
  const [one, two] = copies;
  const inside = ["exec", one.path, "--", executable, "exec", two.path, "--", "sh", "-c", 'echo "$WEB_PORT"'];
  expect((await world.ok(inside)).stdout).toBe(`${two.variables["MONO_WEB_PORT"]}\n`);
  // Without tmux: a bare docker compose means the copy's own, and the next eval leaves nothing of the one before.
  const evaluate = async (...words: readonly string[]) =>
    await world.call(["sh", "-c", words.join("; ")], { env: { MONO: executable, WEB_PORT: "7000" } });
  const all = (copy: Copy) => `eval "$("$MONO" vars --all ${copy.path})"`;
  const seen = await evaluate(all(one), all(two), "docker compose ps -q --no-trunc api", 'echo "$WEB_PORT"');
  expect(lines(seen.stdout)).toEqual([containerOf(two, "api").id, `${two.variables["MONO_WEB_PORT"]}`]);
  const left = await evaluate(all(one), `eval "$("$MONO" vars ${two.path})"`, "env");
  expect(left.stdout).not.toMatch(/^(COMPOSE_|WEB_PORT|API_PORT|MONO_ENV_VARIABLES)/m);
  const { stdout: dotenv } = await world.ok(["vars", "--all", "--format", "dotenv", one.path]);
  writeFileSync(join(one.path, "read.env"), dotenv);
  const argv = ["docker", "compose", "--env-file", "read.env", "ps", "-q", "--no-trunc", "web"];
  expect((await world.call(argv, { cwd: one.path })).stdout.trim()).toBe(containerOf(one, "web").id);
  const { variables } = JSON.parse((await world.ok(["vars", "--all", "--format", "json", one.path])).stdout);
  expect(variables).toMatchObject({
    ...one.variables,
    COMPOSE_PROJECT_NAME: one.project,
    MONO_ENV_VARIABLES: "WEB_PORT API_PORT",
  });
  await destroyCopies(world, copies);
});

test("an address that is another copy's is named, listed, and refused by --strict", async () => {
  const path = world.workspace("stray", {
    "compose.yml": `services:
  api: ${waiting}, ports: ["8000:80"] }
  web: ${waiting}, ports: ["3000:3000"], environment: { API_URL: "http://localhost:8000/v1?a=$$b", SELF: "http://localhost:3000" } }
`,
  });
  const refused = await world.mono(["init", "--strict", path]);
  expect(refused).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("web: API_URL names localhost:8000"),
  });
  const { stderr } = await world.ok(["init", path]);
  const [{ addresses, id }] = JSON.parse((await world.ok(["list", "--json"])).stdout).environments;
  const hostPort = 19_000 + id * 100;
  expect(stderr).toContain(
    `! web: API_URL names localhost:8000, which is api's port outside of mono; here it is ${hostPort}. Write \${MONO_API_PORT:-8000}\n`,
  );
  expect(stderr).not.toContain("SELF");
  const instead = "${MONO_API_PORT:-8000}";
  expect(addresses).toEqual([
    { service: "web", place: "API_URL", address: "localhost:8000", owner: "api", hostPort, instead },
  ]);
  await world.ok(["destroy", path]);
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
