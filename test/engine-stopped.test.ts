/** The Docker engine stops, dies or hangs while mono works: nothing is forgotten, and the next command cleans up. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nothingIsLeft } from "./support/leftovers.ts";
import { describeWithPrivateEngine } from "./support/private-engine.ts";
import {
  createWorld,
  disposeWorld,
  docker,
  eventually,
  lines,
  sessions,
  type World,
  writeFiles,
} from "./support/world.ts";

/** Healthy as soon as the workspace has the file `healthy`; comes back with the engine. */
const web = `services:
  web:
    image: "\${BASE_IMAGE}"
    command: sh -c 'touch /w/here; exec sleep 1000'
    init: true
    restart: always
    ports: ["80"]
    volumes: [".:/w", "data:/data"]
    healthcheck: { test: test -e /w/healthy, interval: 100ms, retries: 100000 }
volumes: { data: {} }
`;
const late = `
  late: { image: "\${BASE_IMAGE}", command: sleep 1000, init: true, depends_on: { web: { condition: service_healthy } } }
volumes:`;
const built = {
  "compose.yml": web
    .replace('image: "${BASE_IMAGE}"', 'build: { context: ., args: { BASE_IMAGE: "${BASE_IMAGE}" } }')
    .replace("\nvolumes:", late),
  Dockerfile: "ARG BASE_IMAGE\nFROM $BASE_IMAGE\n",
};
/** Ignores SIGTERM, so that it runs until its grace period is over. */
const stubborn =
  'services:\n  web: { image: "${BASE_IMAGE}", command: sleep 1000, stop_signal: SIGTERM, stop_grace_period: 4s }\n';

const steps = {
  "docker compose up": {
    files: built,
    // Not before the engine has saved that the container runs: if it is killed sooner, it forgets that.
    isReached: (world: World) => logOf(world).includes("-web-1  Waiting"),
    says: "docker compose up exited with",
  },
  "the wait for health": {
    files: { "compose.yml": web },
    isReached: (world: World) => logOf(world).includes("waiting for the containers to be ready"),
    says: "cannot list the containers",
  },
  "the setup script": {
    files: {
      "compose.yml": web,
      healthy: "",
      "mono.yml":
        "scripts:\n  setup: if [ -e again ]; then exit 0; fi; docker compose exec -T web sh -c 'touch /w/inside; sleep 1000'\n",
    },
    isReached: (_world: World, path: string) => existsSync(join(path, "inside")),
    says: "the setup script exited with",
  },
} as const;

describeWithPrivateEngine("the engine", (engine) => {
  let world: World;
  beforeEach(() => {
    world = createWorld({ dockerHost: engine.host });
  });
  afterEach(async () => {
    await engine.thaw();
    await engine.start();
    await disposeWorld(world);
  });

  const statusOf = async (path: string): Promise<string> => {
    const { environments } = JSON.parse((await world.ok(["list", "--json"])).stdout);
    return environments.find((environment: { path: string }) => environment.path === path)?.status;
  };
  const running = async () => lines(await docker(world, ["ps", "--format", "{{.Names}}"])).toSorted();

  /** The engine ends during init; then it is back, and what has restart: always with it. */
  async function endDuringInit(how: "stop" | "kill", step: keyof typeof steps): Promise<string> {
    const { files, isReached, says } = steps[step];
    const path = world.workspace("ended", files);
    const init = world.start(["init", path]);
    await eventually(step, () => isReached(world, path));
    const [, exitCode, stderr] = await Promise.all([engine[how](), init.exited, init.stderr.text()]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`cannot init ${world.unique("ended")}: ${says}`);
    expect(stderr).toContain(`: the Docker engine at ${engine.host} does not answer\n`);
    expect(stderr).toContain("↳ start Docker, then mono destroy finishes the rollback");
    expect(stderr).not.toContain("defect");
    expect(await statusOf(path)).toBe("interrupted");
    await engine.start();
    await eventually("the return of what restarts", async () => (await running()).length > 0);
    expect(await statusOf(path)).toBe("interrupted");
    return path;
  }

  test.each([
    ["stop", "docker compose up"],
    ["stop", "the setup script"],
    ["kill", "the wait for health"],
  ] as const)("%s during %s: init fails, and the next destroy leaves nothing", async (how, step) => {
    const path = await endDuringInit(how, step);
    await world.ok(["destroy", path]);
    await nothingIsLeft(world);
  });

  test.each([
    ["kill", "docker compose up"],
    ["kill", "the setup script"],
    ["stop", "the wait for health"],
  ] as const)("%s during %s: init fails, and the next one makes one environment", async (how, step) => {
    const path = await endDuringInit(how, step);
    writeFiles(path, { healthy: "", again: "" });
    expect((await world.ok(["init", path])).stderr).toContain("was interrupted: starting afresh");
    expect(await statusOf(path)).toBe("running");
    const project = `mono-${world.unique("ended")}`;
    const services = step === "docker compose up" ? ["late", "web"] : ["web"];
    expect(await running()).toEqual(services.map((service) => `${project}-${service}-1`));
    expect(lines(await docker(world, ["volume", "ls", "-q"]))).toEqual([`${project}_data`]);
    await world.ok(["destroy", path]);
    await nothingIsLeft(world);
  });

  describe.each(["stop", "kill"] as const)("%s", (how) => {
    test("during docker compose down: the next destroy continues", async () => {
      const path = world.workspace("down", { "compose.yml": stubborn });
      await world.ok(["init", path]);
      const destroy = world.start(["destroy", path]);
      await eventually("docker compose down", () => logOf(world).includes("Stopping"));
      const [, exitCode, stderr] = await Promise.all([engine[how](), destroy.exited, destroy.stderr.text()]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /docker compose down exited with \d+: the Docker engine at \S+ does not answer\n/,
      );
      expect(stderr).toContain("↳ start Docker, then run mono destroy again: it continues from here");
      expect(await statusOf(path)).toBe("interrupted");
      await engine.start();
      await world.ok(["destroy", path]);
      await nothingIsLeft(world);
    });
  });

  test("stopped before destroy: nothing is removed, even with --force", async () => {
    const path = world.workspace("before", {
      "compose.yml": web,
      healthy: "",
      "mono.yml": "scripts:\n  destroy: touch destroyed\n",
    });
    await world.ok(["init", path]);
    await engine.kill();
    for (const flags of [[], ["--force"]]) {
      const { exitCode, stderr } = await world.mono(["destroy", ...flags, path]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        `✗ cannot destroy ${world.unique("before")}: the Docker engine at ${engine.host} does not answer\n`,
      );
      expect(stderr).toContain("↳ nothing was removed: start Docker, then try again");
    }
    expect(existsSync(join(path, "destroyed"))).toBe(false);
    expect(await sessions(world)).toEqual([`mono-${world.unique("before")}`]);
    expect(await statusOf(path)).toBe("engine unreachable");
    await engine.start();
    await eventually("the return of what restarts", async () => (await running()).length > 0);
    expect(await statusOf(path)).toBe("running");
    await world.ok(["destroy", path]);
    expect(existsSync(join(path, "destroyed"))).toBe(true);
    await nothingIsLeft(world);
  });

  test("hangs: calls to it time out, and Ctrl-C ends what waits for it", async () => {
    const [ready, down] = ["ready", "down"].map((name) => world.workspace(name, { "compose.yml": stubborn }));
    const up = world.workspace("up", steps["docker compose up"].files);
    if (ready === undefined || down === undefined) throw new Error("two names give two workspaces");
    await Promise.all([world.ok(["init", ready]), world.ok(["init", down])]);
    const init = world.start(["init", up]);
    await eventually("docker compose up", () => existsSync(join(up, "here")));
    const destroy = world.start(["destroy", down]);
    await eventually("docker compose down", () => logOf(world).includes("Stopping"));
    await engine.freeze();
    const startedAt = performance.now();
    for (const child of [init, destroy]) child.kill("SIGINT");
    const [listed, refused, initCode, initSays, destroyCode] = await Promise.all([
      statusOf(ready),
      world.mono(["destroy", ready]),
      init.exited,
      init.stderr.text(),
      destroy.exited,
    ]);
    expect(performance.now() - startedAt).toBeLessThan(40_000);
    expect(listed).toBe("engine unreachable");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`the Docker engine at ${engine.host} does not answer`);
    expect(initCode).toBe(130);
    expect(initSays).toContain(
      `not all of ${world.unique("up")} could be undone: the Docker engine at ${engine.host} does not answer`,
    );
    expect(initSays).toContain("start Docker, then mono destroy finishes the rollback");
    expect(destroyCode).toBe(130);
    await engine.thaw();
    expect([await statusOf(ready), await statusOf(up), await statusOf(down)]).toEqual([
      "running",
      "interrupted",
      "interrupted",
    ]);
    await Promise.all([ready, up, down].map((path) => world.ok(["destroy", path])));
    await nothingIsLeft(world);
  });
});

function logOf(world: World): string {
  const file = join(world.home, "mono.log");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
