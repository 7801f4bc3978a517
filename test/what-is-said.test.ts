/** What list and init say matches what is there: containers that end, an init that fails, a folder made again. */
import { expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, eventually, lines, namesIn, sessions } from "./support/world.ts";

const world = worldForEachTest();

const service = (name: string, command: string, more = "") =>
  `  ${name}:\n    image: \${BASE_IMAGE}\n    stop_signal: SIGTERM\n    command: [sh, -c, ${JSON.stringify(command)}]\n${more}`;
const stopsAtTerm = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

async function statusOf(path: string): Promise<string | undefined> {
  const { environments } = JSON.parse((await world.ok(["list", "--json"])).stdout);
  return environments.find((environment: { path: string }) => environment.path === path)?.status;
}

test("a server that was stopped and exits 0 is no longer running; mono run without a script brings it back", async () => {
  const compose = `services:\n${service("web", stopsAtTerm)}${service("db", stopsAtTerm)}${service("migrate", "exit 0")}`;
  const path = world.workspace("stopped", { "compose.yml": compose });
  const name = world.unique("stopped");
  await world.ok(["init", path]);
  await eventually("running", async () => (await statusOf(path)) === "running");
  await docker(world, ["stop", `mono-${name}-db-1`]);
  expect(await statusOf(path)).toBe("partial");
  await docker(world, ["stop", `mono-${name}-web-1`]);
  const run = await world.ok(["run", path]);
  expect(run.stderr).toContain("containers are ready");
  await eventually("running", async () => (await statusOf(path)) === "running");
  await world.ok(["destroy", path]);
});

test("what restarts or ends while the setup script runs is reported before ready", async () => {
  const waits = "while ! test -e /w/go; do sleep 0.05; done; echo the reason; exit 3";
  const mount = "    volumes: ['.:/w']\n";
  const compose = `services:\n${service("again", waits, `${mount}    restart: unless-stopped\n`)}${service("once", waits, mount)}${service("web", "sleep 1000")}`;
  const path = world.workspace("late", {
    "compose.yml": compose,
    "mono.yml": "scripts:\n  setup: sh setup.sh\n",
  });
  const name = world.unique("late");
  const count = `docker inspect -f '{{.RestartCount}} {{.State.Status}}'`;
  const script = [
    "touch go",
    `until [ "$(${count} mono-${name}-once-1)" = "0 exited" ]; do sleep 0.1; done`,
    `until [ "$(docker inspect -f '{{.RestartCount}}' mono-${name}-again-1)" -gt 0 ]; do sleep 0.1; done`,
  ];
  writeFileSync(join(path, "setup.sh"), script.join("\n"));
  const { stderr } = await world.ok(["init", path]);
  expect(stderr).toMatch(/service again restarted (once|[2-9] times|\d\d+ times) since it was ready/);
  expect(stderr).toContain("service once exited with 3 since it was ready");
  expect(stderr).toContain("once printed: the reason");
  expect(stderr).not.toContain("service web");
  await world.ok(["destroy", path]);
});

test("a dependency that fails: its own last lines, and what its health check printed", async () => {
  const needsDb = "    depends_on: { db: { condition: service_healthy } }\n";
  const check = (command: string) =>
    `    healthcheck: { test: [CMD-SHELL, ${JSON.stringify(command)}], interval: 100ms, retries: 1 }\n`;
  const cases = [
    [
      "ended",
      service("db", "sleep 0.3; echo the reason; exit 2", check("false")),
      "exited with 2",
      "the reason",
    ],
    [
      "sick",
      service("db", "sleep 1000", check("echo not yet; false")),
      "is unhealthy",
      "health check: not yet",
    ],
  ] as const;
  for (const [name, db, says, why] of cases) {
    const compose = `services:\n${db}${service("web", "sleep 1000", needsDb)}`;
    const path = world.workspace(name, { "compose.yml": compose });
    const { exitCode, stderr } = await world.mono(["init", path]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`service db ${says}`);
    expect(stderr).toContain(why);
    expect(namesIn(join(world.home, "data"))).toEqual([]);
  }
});

test("init --keep keeps what it made: list and run say so, logs and exec work; init and destroy clear it", async () => {
  const compose = `services:\n${service("db", "echo the reason; exit 2")}`;
  const path = world.workspace("kept", { "compose.yml": compose, "mono.yml": "scripts: { run: 'true' }\n" });
  const name = world.unique("kept");
  const failed = await world.mono(["init", "--keep", path]);
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain("what was made is kept");
  expect(await statusOf(path)).toBe("failed");
  expect((await world.ok(["logs", path])).stdout).toContain("the reason");
  expect((await world.ok(["exec", path, "--", "printenv", "MONO_ENV_NAME"])).stdout).toBe(`${name}\n`);
  expect(await sessions(world)).toEqual([`mono-${name}`]);
  const run = await world.mono(["run", path]);
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain(`the init of ${name} failed: service db exited with 2`);
  expect(run.stderr).toContain(`mono destroy ${name} removes it`);

  writeFileSync(join(path, "compose.yml"), `services:\n${service("db", "sleep 1000")}`);
  const again = await world.ok(["init", path]);
  expect(again.stderr).toContain("an earlier init failed and was kept: starting afresh");
  expect(await statusOf(path)).toBe("running");
  await world.ok(["destroy", path]);

  writeFileSync(join(path, "compose.yml"), compose);
  expect((await world.mono(["init", "--keep", path])).exitCode).toBe(1);
  await world.ok(["destroy", path]);
  expect(await sessions(world)).toEqual([]);
  expect(namesIn(join(world.home, "environments"))).toEqual([]);
  expect(lines(await docker(world, ["ps", "-aq", "--filter", `name=${name}`]))).toEqual([]);
});

test("a folder that was deleted and made again at the same path is reported by list, init and run", async () => {
  const path = world.workspace("again", { "mono.yml": "scripts: { run: 'true' }\n" });
  const name = world.unique("again");
  await world.ok(["init", path]);
  // A folder whose contents change is still the same folder.
  writeFileSync(join(path, "file"), "");
  expect(await statusOf(path)).toBe("running");
  rmSync(path, { recursive: true });
  mkdirSync(path);
  writeFileSync(join(path, "mono.yml"), "scripts: { run: 'true' }\n");
  expect(await statusOf(path)).toBe("replaced folder");
  const init = await world.mono(["init", path]);
  expect(init.exitCode).toBe(4);
  expect(init.stderr).toContain("was deleted and made again since");
  expect(init.stderr).toContain(`mono destroy ${name} removes the old environment`);
  expect((await world.ok(["run", path])).stderr).toContain("was deleted and made again since init");
  await world.ok(["destroy", path]);
  expect((await world.ok(["init", path])).stderr).not.toContain("made again");
  expect(await statusOf(path)).toBe("running");
  await world.ok(["destroy", path]);
});
