/** Init is done as a whole or not at all. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nothingIsLeft } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executable } from "./support/world.ts";

const world = worldForEachTest();

const service = (lines: readonly string[]) =>
  ["services:", "  web:", "    image: ${BASE_IMAGE}", ...lines.map((line) => `    ${line}`), ""].join("\n");
const sleeping = service(["command: sleep 1000"]);
/** A service more: while it is waited for, what becomes of the others is seen, however long that takes. */
const neverReady =
  "  late: { image: '${BASE_IMAGE}', command: sleep 1000, healthcheck: { test: exit 1, interval: 1h } }\n";

const failures = {
  "a failing init script": {
    files: { "mono.yml": "scripts:\n  init: echo so it goes; exit 7\n" },
    says: ["the init script exited with 7", "┃ so it goes", "mono.log"],
  },
  "an image that is not there": {
    files: {
      "compose.yml": "services:\n  web:\n    image: mono-no-such-image:none\n    pull_policy: never\n",
    },
    says: ["docker compose up exited with", "mono-no-such-image", "mono.log"],
  },
  "a service that exits": {
    files: { "compose.yml": `${service(["command: sh -c 'echo my last words; exit 3'"])}${neverReady}` },
    says: ["service web exited with 3", "┃ my last words", "mono.log"],
  },
  "an unhealthy service": {
    files: {
      "compose.yml": service([
        "command: sleep 1000",
        "healthcheck: { test: exit 1, interval: 100ms, retries: 2 }",
      ]),
    },
    says: ["service web is unhealthy", "mono.log"],
  },
  "a failing setup script": {
    files: { "compose.yml": sleeping, "mono.yml": "scripts:\n  setup: echo migrating; exit 9\n" },
    says: ["the setup script exited with 9", "┃ migrating", "mono.log"],
  },
} as const;

describe("undoes everything, and says what failed, after", () => {
  for (const [what, { files, says }] of Object.entries(failures)) {
    test(what, async () => {
      const path = world.workspace("failing", files);
      const result = await world.mono(["init", path]);
      expect(result.exitCode).toBe(1);
      expect(result.stdout).toBe("");
      for (const text of says) expect(result.stderr).toContain(text);
      await nothingIsLeft(world);
    });
  }
});

test("undoing ends what a script has left in the background, which could make things again", async () => {
  const path = world.workspace("background", {
    "mono.yml": "scripts:\n  init: sleep 1000 & echo $! > background; exit 1\n",
  });
  expect((await world.mono(["init", path])).exitCode).toBe(1);
  const stat = `/proc/${readFileSync(join(path, "background"), "utf8").trim()}/stat`;
  await eventually("its end", () => !existsSync(stat) || readFileSync(stat, "utf8").includes(") Z "));
  await nothingIsLeft(world);
});

test("the rollback continues when nobody reads what mono tells", async () => {
  const path = world.workspace("unread", { "mono.yml": "scripts:\n  init: exit 1\n" });
  const { exitCode } = await world.call(["sh", "-c", 'exec "$0" init "$1" 2>&-', executable, path]);
  expect(exitCode).toBe(1);
  await nothingIsLeft(world);
});

test("a broken private compose file keeps nobody from removing the environment", async () => {
  const path = world.workspace("broken-file", { "compose.yml": sleeping });
  await world.ok(["init", path]);
  writeFileSync(join(world.home, "environments", world.unique("broken-file"), "docker-compose.mono.yml"), "");
  expect((await world.ok(["list"])).stdout).toContain("running");
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("compose files that Compose refuses are exit 2, with its own words", async () => {
  const path = world.workspace("refused", { "compose.yml": "services:\n  web:\n    imagee: nginx\n" });
  const result = await world.mono(["init", path]);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toContain("imagee");
  await nothingIsLeft(world);
});

test("a mono.yml with problems is exit 2, all of them shown, before anything has started", async () => {
  const path = world.workspace("problems", {
    "mono.yml":
      "scripts:\n  int: touch started\n  run: [a]\n  setup: x\n  setup: y\ncompose:\n  files: docker-compose.yml\n",
  });
  const result = await world.mono(["init", path]);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toContain(`${path}/mono.yml:2:3: unknown key int in scripts: did you mean init?`);
  expect(result.stderr).toContain(`${path}/mono.yml:3:8:`);
  expect(result.stderr).toContain(`${path}/mono.yml:5:3: map keys must be unique`);
  expect(result.stderr).toContain(`${path}/mono.yml:7:10:`);
  expect(existsSync(join(world.home, "state.db"))).toBe(false);
});

const interruptions = {
  "the init script": { "mono.yml": "scripts:\n  init: touch here; sleep 1000\n" },
  "the setup script": {
    "compose.yml": sleeping,
    "mono.yml": "scripts:\n  setup: touch here; sh -c 'sleep 1000' & wait\n",
  },
  "docker compose up": {
    "compose.yml": `${service(["command: sh -c 'touch /w/here; sleep 1000'", "volumes: ['.:/w']", "healthcheck: { test: exit 1, interval: 1h }"])}  late:\n    image: \${BASE_IMAGE}\n    depends_on: { web: { condition: service_healthy } }\n`,
  },
  "the wait for health": {
    "compose.yml": service([
      "command: sh -c 'touch /w/here; sleep 1000'",
      "volumes: ['.:/w']",
      "healthcheck: { test: exit 1, interval: 1h }",
    ]),
  },
};

describe("Ctrl-C undoes everything during", () => {
  for (const [what, files] of Object.entries(interruptions)) {
    test(what, async () => {
      const path = world.workspace("interrupted", files);
      const child = world.start(["init", path]);
      await eventually("the step", () => existsSync(join(path, "here")));
      child.kill("SIGINT");
      expect(await child.exited).toBe(130);
      expect(await child.stderr.text()).toContain("interrupted by SIGINT");
      await nothingIsLeft(world);
      const processes = (await world.call(["ps", "-A", "-o", "args="])).stdout;
      expect(processes).not.toContain(path);
    });
  }
});

test.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s does the same, with its own exit code", async (signal, exitCode) => {
  const path = world.workspace("signalled", { "mono.yml": "scripts:\n  init: touch here; sleep 1000\n" });
  const child = world.start(["init", path]);
  await eventually("the step", () => existsSync(join(path, "here")));
  child.kill(signal);
  expect(await child.exited).toBe(exitCode);
  await nothingIsLeft(world);
});

test("a failing destroy script keeps everything; --force continues", async () => {
  const path = world.workspace("dump", {
    "compose.yml": sleeping,
    "mono.yml": "scripts:\n  destroy: echo no room for the dump; exit 5\n",
  });
  await world.ok(["init", path]);
  const refused = await world.mono(["destroy", path]);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("┃ no room for the dump");
  expect(refused.stderr).toContain("--force");
  expect((await world.ok(["list"])).stdout).toContain("running");
  const forced = await world.ok(["destroy", "--force", path]);
  expect(forced.stderr).toContain("going on");
  await nothingIsLeft(world);
});

test("an engine that is gone at destroy keeps the row, and the next destroy finishes", async () => {
  const path = world.workspace("engine", { "compose.yml": sleeping });
  const context = join(world.folder, "docker-config");
  await world.ok(["init", path]);
  const database = join(world.home, "state.db");
  await world.call([
    "sqlite3",
    database,
    "update environments set engine = 'host:unix:///nowhere/docker.sock'",
  ]);
  expect((await world.ok(["list"])).stdout).toContain("engine unreachable");
  const refused = await world.mono(["destroy", path]);
  expect(refused.exitCode).toBe(1);
  await world.call(["sqlite3", database, "update environments set engine = 'context:default'"]);
  await world.ok(["destroy", path]);
  rmSync(context, { recursive: true, force: true });
  await nothingIsLeft(world);
});

test("mono killed in the middle leaves what the next init clears away", async () => {
  const path = world.workspace("killed", {
    "compose.yml": sleeping,
    "mono.yml": "scripts:\n  setup: 'echo \"$$\" > here; if [ -e again ]; then exit 0; fi; sleep 1000'\n",
  });
  const child = world.start(["init", path]);
  const here = join(path, "here");
  const orphan = Number(
    await eventually("the setup script", () => existsSync(here) && readFileSync(here, "utf8").trim()),
  );
  child.kill("SIGKILL");
  await child.exited;
  expect((await world.ok(["list"])).stdout).toContain("interrupted");
  expect(process.kill(orphan, 0)).toBe(true);
  await world.call(["touch", join(path, "again")]);
  const again = await world.ok(["init", path]);
  expect(again.stderr).toContain("was interrupted: starting afresh");
  expect((await world.ok(["list"])).stdout).toContain("running");
  await eventually("the orphan's end", () => {
    return (
      !existsSync(`/proc/${orphan}/stat`) || readFileSync(`/proc/${orphan}/stat`, "utf8").includes(") Z ")
    );
  });
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});
