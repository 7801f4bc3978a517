/** An environment stays with the Docker engine that it was made on, or says that it cannot reach it. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPrivateEngine } from "./support/private-engine.ts";
import { createWorld, disposeWorld, eventually, lines, namesIn, type World } from "./support/world.ts";

const files = {
  "compose.yml":
    'services:\n  web: { image: "${BASE_IMAGE}", command: sleep 1000, init: true, restart: always, volumes: ["data:/data"] }\nvolumes: { data: {} }\n',
  "mono.yml": "scripts:\n  run: docker compose ps -q web > found; sleep 1000\n  destroy: touch destroyed\n",
};
const nowhere = { DOCKER_HOST: "unix:///nowhere/docker.sock" };

describeWithPrivateEngine("an environment", (engine) => {
  let world: World;
  beforeEach(() => {
    world = createWorld();
  });
  afterEach(async () => {
    const left = await onPrivate();
    await disposeWorld(world);
    if (left.length > 0) await engine.reset();
    expect(left).toEqual([]);
  });

  /** The names of what there is on the private engine. */
  async function onPrivate(): Promise<readonly string[]> {
    const kinds = [
      ["ps", "-a", "--format", "{{.Names}}"],
      ["network", "ls", "--filter", "type=custom", "--format", "{{.Name}}"],
      ["volume", "ls", "--format", "{{.Name}}"],
    ];
    const answers = await Promise.all(
      kinds.map((args) => world.call(["docker", "--host", engine.host, ...args])),
    );
    return answers.flatMap(({ stdout }) => lines(stdout));
  }
  const thingsOf = (name: string) =>
    ["-web-1", "_default", "_data"].map((part) => `mono-${world.unique(name)}${part}`);

  async function statuses(env: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
    const { environments } = JSON.parse((await world.ok(["list", "--json"], { env })).stdout);
    return Object.fromEntries(
      environments.map(({ name, status }: { name: string; status: string }) => [name, status]),
    );
  }

  /** A configuration of Docker's that the test may change, with the plugins of the real one. */
  function ownConfig(config: object = {}): { readonly DOCKER_CONFIG: string } {
    const folder = join(world.folder, "docker-config");
    mkdirSync(folder, { recursive: true });
    const plugins = join(world.env["DOCKER_CONFIG"] ?? "", "cli-plugins");
    if (existsSync(plugins) && !existsSync(join(folder, "cli-plugins"))) {
      symlinkSync(plugins, join(folder, "cli-plugins"));
    }
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    return { DOCKER_CONFIG: folder };
  }

  /** An environment on the private engine, at an address that can come to mean another engine. */
  async function initAtLink(name: string): Promise<{ readonly path: string; readonly link: string }> {
    const path = world.workspace(name, files);
    const link = join(world.folder, "engine.sock");
    symlinkSync(engine.socket, link);
    await world.ok(["init", path], { env: { DOCKER_HOST: `unix://${link}` } });
    return { path, link };
  }

  async function expectRefused(path: string, command: "destroy" | "run", says: string): Promise<void> {
    const { exitCode, stderr } = await world.mono([command, path]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(says);
    expect(existsSync(join(path, "destroyed"))).toBe(false);
    expect(namesIn(join(world.home, "data"))).toHaveLength(1);
  }

  test("data is copied within one engine alone", async () => {
    const there = { env: { DOCKER_HOST: engine.host } };
    const source = world.workspace("source", files);
    await world.ok(["init", source], there);
    const copy = world.workspace("copy", files);
    const { exitCode, stderr } = await world.mono(["init", copy, "--from", source]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/source-\w+ is on another Docker engine/);
    await world.ok(["init", copy, "--from", source], there);
    await world.ok(["destroy", copy]);
    await world.ok(["destroy", source]);
  });

  test("is reached by every command, whatever engine is selected then", async () => {
    const [far, near] = [world.workspace("far", files), world.workspace("near", files)];
    await Promise.all([
      world.ok(["init", far], { env: { DOCKER_HOST: engine.host } }),
      world.ok(["init", near]),
    ]);
    const both = { [world.unique("far")]: "running", [world.unique("near")]: "running" };
    expect(await onPrivate()).toEqual(thingsOf("far"));
    expect(await statuses()).toEqual(both);
    expect(await statuses(nowhere)).toEqual(both);
    expect(await statuses({ DOCKER_CONTEXT: "no-such-context" })).toEqual(both);

    await world.call(["docker", "--host", engine.host, "rm", "-f", `mono-${world.unique("far")}-web-1`]);
    await world.ok(["run", far], { env: nowhere });
    await world.ok(["run", near], { env: { DOCKER_HOST: engine.host } });
    expect(await onPrivate()).toEqual(thingsOf("far"));
    // The scripts of the session find them too.
    await eventually("the run scripts", () =>
      [far, near].every((path) => Bun.file(join(path, "found")).size > 60),
    );

    await world.ok(["destroy", far]);
    expect(await onPrivate()).toEqual([]);
    expect(await statuses()).toEqual({ [world.unique("near")]: "running" });
    await world.ok(["destroy", near], { env: ownConfig({ currentContext: "no-such-context" }) });
  });

  test("is where a docker that is a script goes, and nothing is asked beside it", async () => {
    const path = world.workspace("script", files);
    const programs = join(world.folder, "programs");
    mkdirSync(programs);
    const script = `#!/bin/sh\nunset DOCKER_HOST\nexec "${Bun.which("docker")}" --host "${engine.host}" "$@"\n`;
    writeFileSync(join(programs, "docker"), script, { mode: 0o755 });
    const env = { PATH: `${programs}:${world.env["PATH"]}` };
    await world.ok(["init", path], { env });
    expect(await onPrivate()).toEqual(thingsOf("script"));
    expect(await statuses(env)).toEqual({ [world.unique("script")]: "running" });
    await world.ok(["destroy", path], { env });
    expect(await onPrivate()).toEqual([]);
  });

  test("of a context that is gone is kept, and the context is named", async () => {
    const path = world.workspace("context", files);
    const env = ownConfig();
    const create = ["docker", "context", "create", "faraway", "--docker", `host=${engine.host}`];
    await world.call(create, { env });
    await world.ok(["init", path], { env: { ...env, DOCKER_CONTEXT: "faraway" } });
    expect(await statuses(env)).toEqual({ [world.unique("context")]: "running" });
    await world.call(["docker", "context", "rm", "-f", "faraway"], { env });
    expect(await statuses(env)).toEqual({ [world.unique("context")]: "engine unreachable" });
    for (const flags of [[], ["--force"]]) {
      const { exitCode, stderr } = await world.mono(["destroy", ...flags, path], { env });
      expect(exitCode).toBe(1);
      expect(stderr).toContain("the Docker engine of the context faraway does not answer");
      expect(stderr).toContain("docker context ls");
    }
    await world.call(create, { env });
    expect(await statuses(env)).toEqual({ [world.unique("context")]: "running" });
    await world.ok(["destroy", path], { env });
  });

  test("is kept when another engine answers in the place of its own", async () => {
    const { path, link } = await initAtLink("moved");
    const machine = await world.call([
      "docker",
      "context",
      "inspect",
      "--format",
      "{{.Endpoints.docker.Host}}",
    ]);
    rmSync(link);
    symlinkSync(machine.stdout.trim().replace("unix://", ""), link);
    expect(await statuses()).toEqual({ [world.unique("moved")]: "engine unreachable" });
    const says = `the Docker engine at unix://${link} is not the one that ${world.unique("moved")} was made on`;
    await expectRefused(path, "destroy", says);
    await expectRefused(path, "run", says);
    rmSync(link);
    symlinkSync(engine.socket, link);
    expect(await statuses()).toEqual({ [world.unique("moved")]: "running" });
    await world.ok(["destroy", path]);
  });

  test("of an engine that was reset is given up with --force, and nothing else is touched", async () => {
    const { path } = await initAtLink("reset");
    await engine.reset();
    const project = `mono-${world.unique("reset")}`;
    const label = `com.docker.compose.project=${project}`;
    const another = ["docker", "--host", engine.host, "volume"];
    await world.call([...another, "create", "--label", label, `${project}_data`]);
    await expectRefused(path, "destroy", "mono destroy --force");
    const forced = await world.ok(["destroy", "--force", path]);
    expect(forced.stderr).toContain("going on, as --force says");
    expect(await statuses()).toEqual({});
    expect(await onPrivate()).toEqual([`${project}_data`]);
    await world.call([...another, "rm", `${project}_data`]);
  });

  test("is found by its containers when the engine has another id now", async () => {
    const { path } = await initAtLink("renamed");
    await engine.rename();
    await eventually("the return of the container", async () =>
      Object.values(await statuses()).includes("running"),
    );
    await world.ok(["destroy", path]);
  });

  test("whose row has no id yet is taken as it is", async () => {
    const { path, link } = await initAtLink("old-row");
    const value = `host:unix://${link}`;
    const query = (sql: string) => world.call(["sqlite3", join(world.home, "state.db"), sql]);
    expect((await query("select engine from environments")).stdout).toStartWith(`${value} id=`);
    await query(`update environments set engine = '${value}'`);
    expect(await statuses()).toEqual({ [world.unique("old-row")]: "running" });
    await world.ok(["destroy", path]);
  });
});
