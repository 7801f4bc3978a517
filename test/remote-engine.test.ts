/** Environments on an engine of another machine, which is reached by TLS, or through SSH. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describeWithRemoteEngine, type Way, ways } from "./support/remote-engine.ts";
import {
  baseImage,
  type CallOptions,
  createWorld,
  disposeWorld,
  eventually,
  lines,
  type World,
} from "./support/world.ts";

/** `npm run remote` plays everything; otherwise what takes no more than seconds. */
const isWhole = process.env["MONO_REMOTE"] === "all";
const chosenWays = isWhole ? ways : (["tls"] as const);

const service = `image: "${baseImage}", init: true, stop_signal: KILL`;
const files = {
  "compose.yml": `services:
  web: { ${service}, command: nc -ll -p 80 -e echo hello, ports: ["80:80"], volumes: ["./src:/src", "data:/data"] }
  db: { ${service}, command: sleep 1000, ports: ["5432:5432"] }
volumes: { data: {} }
`,
};
const plugin = Bun.spawnSync([
  "docker",
  "info",
  "--format",
  '{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Path}}{{end}}{{end}}',
])
  .stdout.toString()
  .trim();

describeWithRemoteEngine("an engine on another machine", (remote) => {
  let world: World;
  beforeEach(() => {
    world = createWorld({ composePlugin: plugin });
  });
  afterEach(async () => {
    await remote.mend();
    const left = await thingsThere();
    await disposeWorld(world);
    if (left.length > 0) await remote.reset();
    expect(left).toEqual([]);
  });

  async function thingsThere(): Promise<readonly string[]> {
    const kinds = [
      ["ps", "-a", "--format", "{{.Names}}"],
      ["network", "ls", "--filter", "type=custom", "--format", "{{.Name}}"],
      ["volume", "ls", "--format", "{{.Name}}"],
    ];
    const answered = await Promise.all(
      kinds.map((args) => world.call(["docker", "--host", remote.host, ...args])),
    );
    return answered.flatMap(({ stdout }) => lines(stdout));
  }

  async function caller(way: Way) {
    const env = await remote.select(world, way);
    const withEnv = (options: CallOptions = {}) => ({ ...options, env: { ...env, ...options.env } });
    return {
      ok: (args: readonly string[], options?: CallOptions) => world.ok(args, withEnv(options)),
      mono: (args: readonly string[], options?: CallOptions) => world.mono(args, withEnv(options)),
      start: (args: readonly string[]) => world.start(args, withEnv()),
    };
  }
  const workspace = (name: string, compose = files) => {
    const path = world.workspace(name, compose);
    mkdirSync(join(path, "src"));
    return path;
  };

  test.each(chosenWays)("is where ports and addresses are: %s", async (way) => {
    const { mono, ok } = await caller(way);
    // The first port of the first block, which is free there.
    const listener = await listenOn(19_100);
    const path = workspace("shop");
    const name = basename(path);
    const { stderr } = await ok(["init", path]);
    listener?.stop(true);
    expect(stderr).toContain(
      `! service web mounts ${path}/src, which is on this machine and not on ${remote.ip}: develop.watch, `,
    );
    const { stdout } = await ok(["vars", "--json", path]);
    const { variables } = JSON.parse(stdout);
    const [db, web] = [variables.MONO_DB_PORT, variables.MONO_WEB_PORT];
    expect(new Set([db, web])).toEqual(new Set(["19100", "19101"]));
    expect(variables).toMatchObject({
      MONO_DB_HOST: remote.ip,
      MONO_WEB_HOST: remote.ip,
      MONO_WEB_URL: `http://${remote.ip}:${web}`,
    });
    expect(await read(remote.ip, Number(web))).toBe("hello\n");

    // Without any variable, and from a home of somebody else.
    expect((await world.ok(["list", path], { env: { PATH: (await pathOf(way)) ?? "" } })).stdout).toMatch(
      new RegExp(`^${name}  running\n(.*\n)+web +running +http://${remote.ip}:${web}\n`),
    );
    const other = { MONO_HOME: join(world.folder, "other-home") };
    const second = workspace("other");
    await ok(["init", second], { env: other });
    const theirs = JSON.parse((await ok(["vars", "--json", second], { env: other })).stdout).variables;
    expect(theirs.MONO_WEB_URL).toMatch(`http://${remote.ip}:1920`);

    // Beside one on the engine of this machine.
    const near = workspace("near");
    const made = await world.ok(["init", near]);
    expect(made.stderr).not.toContain("which is on this machine");
    const statuses = JSON.parse((await ok(["list", "--json"])).stdout).environments;
    expect(statuses.map((one: { status: string }) => one.status)).toEqual(["running", "running"]);
    expect((await world.ok(["vars", near])).stdout).toContain('export MONO_WEB_HOST="localhost"');
    await ok(["exec", "-s", "db", path, "--", "true"]);
    await ok(["run", "--stop", path]);
    await ok(["run", "--no-script", path]);
    expect(await read(remote.ip, Number(web))).toBe("hello\n");
    const copy = workspace("copy");
    await ok(["init", copy, "--from", path]);
    await ok(["destroy", copy, path, near]);
    await ok(["destroy", second], { env: other });
    const strict = await mono(["init", "--strict", path]);
    expect(strict.exitCode).toBe(2);
    expect(strict.stderr).toContain("containers mount what is on this machine, the engine is on another one");
    expect(await thingsThere()).toEqual([]);
  });

  const pathOf = async (way: Way) =>
    way === "ssh" ? `${join(world.folder, "programs")}:${world.env["PATH"] ?? ""}` : world.env["PATH"];

  test.each(chosenWays)("that is out of reach cannot tell, and nothing is forgotten: %s", async (way) => {
    const { mono, ok } = await caller(way);
    const path = workspace("shop");
    const name = basename(path);
    await ok(["init", path]);
    const before = await thingsThere();
    await remote.cut();
    const listed = await ok(["list"]);
    expect(listed.stdout).toContain("engine unreachable");
    const destroyed = await mono(["destroy", path]);
    expect(destroyed.exitCode).toBe(1);
    expect(destroyed.stderr).toContain("nothing was removed");
    expect((await mono(["run", "--stop", path])).exitCode).toBe(1);
    await remote.mend();
    expect(await thingsThere()).toEqual(before);
    await eventually(
      "an engine that answers",
      async () =>
        (await ok(["list"])).stdout.includes(`${name}  `) && (await ok(["list"])).stdout.includes("running"),
    );
    await ok(["destroy", path]);
  });

  test.skipIf(!isWhole).each(ways)(
    "whose connection breaks in the middle of init and of destroy: %s",
    async (way) => {
      const { mono, ok, start } = await caller(way);
      const slow = {
        "compose.yml": `services:
  db: { image: "${baseImage}", command: "sh -c 'trap : TERM; while :; do sleep 1; done'", stop_signal: SIGTERM, stop_grace_period: 60s, healthcheck: { test: test -e /go, interval: 300ms, retries: 1000 } }
`,
      };
      const path = workspace("shop", slow);
      const name = basename(path);
      const container = `mono-${name}-db-1`;
      const isUp = async () => {
        const format = ["inspect", "-f", "{{.State.Running}}", container];
        return (await world.call(["docker", "--host", remote.host, ...format])).stdout === "true\n";
      };
      const init = start(["init", path]);
      await eventually("the container", isUp);
      await remote.cut();
      expect(await init.exited).toBe(1);
      expect(await init.stderr.text()).toContain("mono destroy finishes the rollback");
      await remote.mend();
      await eventually("destroy", async () => (await mono(["destroy", path])).exitCode === 0);
      expect(await thingsThere()).toEqual([]);

      writeFileSync(join(path, "compose.yml"), slow["compose.yml"].replace(/, healthcheck.*\}/, " }"));
      await ok(["init", path]);
      const destroy = start(["destroy", path]);
      const log = Bun.file(join(world.home, "mono.log"));
      await eventually("the end of the container", async () =>
        /docker compose .* down/.test(await log.text()),
      );
      await remote.cut();
      expect(await destroy.exited).toBe(1);
      await remote.mend();
      await world.call(["docker", "--host", remote.host, "kill", container]);
      await eventually("destroy", async () => (await mono(["destroy", path])).exitCode === 0);
      expect(await thingsThere()).toEqual([]);
    },
  );
});

/** Undefined when somebody listens there already, which does as well. */
async function listenOn(port: number) {
  try {
    return Bun.listen({ hostname: "0.0.0.0", port, socket: { data() {} } });
  } catch {
    return await Promise.resolve(undefined);
  }
}

async function read(hostname: string, port: number): Promise<string> {
  const text = Promise.withResolvers<string>();
  const socket = await Bun.connect({
    hostname,
    port,
    socket: {
      data: (_socket, bytes) => text.resolve(bytes.toString()),
      close: () => text.resolve(""),
      error: (_socket, error) => text.reject(error),
    },
  });
  try {
    return await text.promise;
  } finally {
    socket.end();
  }
}
