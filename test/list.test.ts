/** What `list` says, in every state that an environment can be in. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nothingIsLeft } from "./support/leftovers.ts";
import { killTree } from "./support/processes.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, eventually, lines } from "./support/world.ts";

const world = worldForEachTest();

const compose = [
  "services:",
  "  web: { image: '${BASE_IMAGE}', command: sleep 1000, stop_grace_period: 0s }",
  "  db: { image: '${BASE_IMAGE}', command: sleep 1000, stop_grace_period: 0s }",
  "  migrate: { image: '${BASE_IMAGE}', command: 'true' }",
  "",
].join("\n");

async function status(): Promise<string> {
  const { environments } = JSON.parse((await world.ok(["list", "--json"])).stdout);
  return environments.map((environment: { status: string }) => environment.status).join();
}

async function containers(service: string): Promise<string[]> {
  const project = `label=com.docker.compose.project=mono-${world.unique("shop")}`;
  const filters = ["--filter", project, "--filter", `label=com.docker.compose.service=${service}`];
  return lines(await docker(world, ["ps", "-aq", ...filters]));
}

test("running, partial, stopped, running again, and missing folder", async () => {
  const path = world.workspace("shop", {
    "compose.yml": compose,
    "mono.yml": "scripts:\n  run: sleep 1000\n",
  });
  await world.ok(["init", path]);
  // One of its services has done its work, and is no fault.
  expect(await status()).toBe("running");
  await docker(world, ["stop", ...(await containers("web"))]);
  expect(await status()).toBe("partial");
  await docker(world, ["rm", "-f", ...(await containers("web"))]);
  await docker(world, ["stop", ...(await containers("db"))]);
  expect(await status()).toBe("partial");
  await world.call(["tmux", "kill-server"]);
  expect(await status()).toBe("stopped");
  await world.ok(["run", path]);
  expect(await status()).toBe("running");
  await world.call(["tmux", "kill-server"]);
  expect(await status()).toBe("partial");
  rmSync(path, { recursive: true });
  expect(await status()).toBe("missing folder");
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

const waiting = (name: string) => `touch ${name}; while [ ! -e go ]; do sleep 0.05; done`;

test("initializing and destroying while a mono works, interrupted when it was killed", async () => {
  const path = world.workspace("shop", {
    "mono.yml": `scripts:\n  init: ${waiting("initializing")}\n  run: sleep 1000\n`,
  });
  const killed = world.start(["init", path]);
  await eventually("the init script", () => existsSync(join(path, "initializing")));
  expect(await status()).toBe("initializing");
  killed.kill("SIGKILL");
  await killed.exited;
  expect(await status()).toBe("interrupted");

  rmSync(join(path, "initializing"));
  const again = world.start(["init", path]);
  await eventually("the init script", () => existsSync(join(path, "initializing")));
  expect(await status()).toBe("initializing");
  writeFileSync(join(path, "go"), "");
  expect(await again.exited).toBe(0);
  expect(await again.stderr.text()).toContain("was interrupted: starting afresh");
  expect(await status()).toBe("running");

  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("a run that was killed is interrupted, keeps everything, and the next run puts it right", async () => {
  const unhealthy = "healthcheck: { test: 'test -e /w/go', interval: 100ms, retries: 100000 }";
  const path = world.workspace("shop", {
    "compose.yml": [
      "services:",
      "  web:",
      "    image: ${BASE_IMAGE}",
      "    command: sleep 1000",
      "    stop_grace_period: 0s",
      "    volumes: ['.:/w', 'data:/data']",
      `    ${unhealthy}`,
      "volumes: { data: {} }",
      "",
    ].join("\n"),
    "mono.yml": "scripts:\n  run: touch runs; sleep 1000\n",
    go: "",
  });
  await world.ok(["init", path]);
  await docker(world, ["exec", ...(await containers("web")), "touch", "/data/kept"]);
  await docker(world, ["rm", "-f", ...(await containers("web"))]);
  rmSync(join(path, "go"));
  const killed = world.start(["run", path]);
  await eventually("the container", async () => (await containers("web")).length === 1);
  killed.kill("SIGKILL");
  await killed.exited;
  expect(await status()).toBe("interrupted");
  writeFileSync(join(path, "go"), "");
  await world.ok(["run", path]);
  expect(await status()).toBe("running");
  await docker(world, ["exec", ...(await containers("web")), "test", "-e", "/data/kept"]);
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("a destroy that was killed in its script runs it again", async () => {
  const path = world.workspace("shop", {
    "mono.yml":
      "scripts:\n  destroy: echo begun >> steps; touch destroying; [ -e go ] || sleep 1000; echo done >> steps\n",
  });
  await world.ok(["init", path]);
  const killed = world.start(["destroy", path]);
  await eventually("the destroy script", () => existsSync(join(path, "destroying")));
  killed.kill("SIGKILL");
  await killed.exited;
  expect(await status()).toBe("interrupted");
  writeFileSync(join(path, "go"), "");
  await world.ok(["destroy", path]);
  expect(readFileSync(join(path, "steps"), "utf8")).toBe("begun\nbegun\ndone\n");
  await nothingIsLeft(world);
});

test("a reboot in the middle of init: interrupted, and one destroy takes the rest away", async () => {
  const path = world.workspace("shop", {
    "compose.yml": compose,
    "mono.yml": `scripts:\n  setup: ${waiting("setting-up")}\n`,
  });
  const killed = world.start(["init", path]);
  await eventually("the setup script", () => existsSync(join(path, "setting-up")));
  killed.kill("SIGSTOP");
  // Every process has gone, the containers are stopped, and process numbers start over.
  killTree(killed.pid);
  await docker(world, ["kill", ...(await containers("web")), ...(await containers("db"))]);
  for (const name of new Bun.Glob("*.holder").scanSync(join(world.home, "locks"))) {
    const file = join(world.home, "locks", name);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(/"boot":"[^"]*"/g, '"boot":"another"'));
  }
  expect(await status()).toBe("interrupted");
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("a run that Ctrl-C has cut short is interrupted, and destroy leaves nothing of what was under way", async () => {
  const path = world.workspace("shop", {
    "compose.yml": compose,
    "mono.yml": "scripts:\n  run: sleep 1000\n",
  });
  await world.ok(["init", path]);
  await docker(world, ["compose", "-p", `mono-${world.unique("shop")}`, "rm", "-sf"]);
  const run = world.start(["run", path]);
  await eventually("a container", async () => (await containers("web")).length > 0);
  run.kill("SIGINT");
  expect(await run.exited).toBe(130);
  expect(await status()).toBe("interrupted");
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});
