import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nothingIsLeft } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executableInShell, namesIn, sessions } from "./support/world.ts";

const world = worldForEachTest();

const read = (file: string) => readFileSync(file, "utf8");

test("a workspace without a compose file has session, data folder and variables, and needs no docker", async () => {
  const path = world.workspace("plain", {
    "mono.yml": [
      "scripts:",
      '  init: echo "init $MONO_ENV_ID" >> steps && touch "$MONO_DATA_DIR/kept"',
      "  setup: echo setup >> steps",
      "  run: echo run >> steps",
      '  destroy: echo "destroy $(ls "$MONO_DATA_DIR")" >> steps',
    ].join("\n"),
  });
  const name = world.unique("plain");
  const env = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
  await world.ok(["init", path], { env });
  const id = JSON.parse((await world.ok(["vars", "--json", path])).stdout).variables.MONO_ENV_ID;
  expect(read(join(path, "steps"))).toBe(`init ${id}\nsetup\n`);
  expect(await sessions(world)).toEqual([`mono-${name}`]);
  expect((await world.ok(["vars", path], { env })).stdout).toBe(
    [
      `export MONO_ENV_NAME="${name}"`,
      `export MONO_ENV_ID="${id}"`,
      `export MONO_ENV_PATH="${path}"`,
      `export MONO_DATA_DIR="${world.home}/data/${name}"`,
      "",
    ].join("\n"),
  );
  expect((await world.ok(["list"], { env })).stdout).toBe(
    ["NAME".padEnd(name.length), "PATH".padEnd(path.length), "STATUS"].join("  ") +
      `\n${name}  ${path}  running\n`,
  );

  await world.ok(["run", path], { env });
  await eventually("the run script's effect", () => read(join(path, "steps")).endsWith("run\n"));

  await world.ok(["destroy", path], { env });
  expect(read(join(path, "steps"))).toBe(`init ${id}\nsetup\nrun\ndestroy kept\n`);
  expect(await sessions(world)).toEqual([]);
  expect(namesIn(join(world.home, "data"))).toEqual([]);
  expect(namesIn(join(world.home, "environments"))).toEqual([]);
  expect(JSON.parse((await world.ok(["list", "--json"])).stdout)).toEqual({
    version: 1,
    environments: [],
    unowned: [],
  });
});

test("an empty mono.yml, and none at all, are fine", async () => {
  const empty = world.workspace("empty", { "mono.yml": "" });
  const none = world.workspace("none", {});
  await world.ok(["init", empty]);
  await world.ok(["init", none]);
  const noScript = await world.mono(["run", none]);
  expect(noScript.exitCode).toBe(2);
  expect(noScript.stderr).toContain("has no run script");
});

test("list shows a workspace below the home folder with ~", async () => {
  const path = join(world.folder, "home/work");
  await world.call(["mkdir", path]);
  await world.ok(["init", path]);
  expect((await world.ok(["list"])).stdout).toBe("NAME  PATH    STATUS\nwork  ~/work  running\n");
});

test("ids are the smallest free ones, and are given again", async () => {
  const paths = ["a", "b", "c"].map((name) => world.workspace(name, {}));
  const idOf = async (path: string) =>
    JSON.parse((await world.ok(["vars", "--json", path])).stdout).variables.MONO_ENV_ID;
  for (const path of paths) await world.ok(["init", path]);
  const [first, second] = await Promise.all(paths.map(idOf));
  await world.ok(["destroy", paths[0] ?? ""]);
  await world.ok(["init", paths[0] ?? ""]);
  expect(await idOf(paths[0] ?? "")).toBe(first);
  expect(await idOf(paths[1] ?? "")).toBe(second);
});

test("a block in which something listens, on one address alone, is passed over", async () => {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 19_142, socket: { data() {} } });
  try {
    const path = world.workspace("listening", {});
    await world.ok(["init", path]);
    expect(JSON.parse((await world.ok(["vars", "--json", path])).stdout).variables.MONO_ENV_ID).not.toBe("1");
  } finally {
    listener.stop(true);
  }
});

test("workspaces of one name get different names", async () => {
  const [one, other] = ["a", "b"].map((parent) => join(world.folder, parent, world.unique("same"))) as [
    string,
    string,
  ];
  await world.call(["mkdir", "-p", one, other]);
  await world.ok(["init", one]);
  await world.ok(["init", other]);
  const [short, long = ""] = (await sessions(world)).toSorted((a, b) => a.length - b.length);
  expect(short).toBe(`mono-${world.unique("same")}`);
  expect(long).toMatch(new RegExp(`^${short}-[0-9a-f]{6}$`));
});

test("any folder name gives a name that Compose, tmux and the file system take", async () => {
  const mark = world.unique("").slice(1);
  const folders = [
    "UPPER Case",
    "dots.and:colons",
    "Ünï çödé",
    "名前",
    "-dashes-",
    "'quotes\"$",
    "n".repeat(200),
    "workspaces/shop/Paris",
  ];
  const paths = folders.map((folder) => join(world.folder, mark, folder));
  for (const path of paths) {
    await world.call(["mkdir", "-p", "--", path]);
    await world.ok(["init", path]);
  }
  const { environments } = JSON.parse((await world.ok(["list", "--json"])).stdout);
  const names = environments.map((environment: { name: string }) => environment.name);
  expect(names.toSorted()).toEqual([
    "dashes",
    "dots-and-colons",
    "n".repeat(40),
    "quotes",
    "shop-paris",
    "uni-code",
    "upper-case",
    "workspace",
  ]);
  expect((await sessions(world)).toSorted()).toEqual(names.map((name: string) => `mono-${name}`).toSorted());
  for (const path of paths) await world.ok(["destroy", path]);
  expect(await sessions(world)).toEqual([]);
});

test("464 environments, and a clear error for one more", async () => {
  const path = world.workspace("first", {});
  await world.ok(["init", path]);
  await world.ok(["destroy", path]);
  const rows = Array.from(
    { length: 463 },
    (_, index) => `(${index + 1}, '/nowhere/${index}', 'n${index}', 'ready')`,
  );
  await world.call([
    "sqlite3",
    join(world.home, "state.db"),
    `INSERT INTO environments (id, path, name, phase) VALUES ${rows.join(", ")}`,
  ]);
  await world.ok(["init", path]);
  expect(JSON.parse((await world.ok(["vars", "--json", path])).stdout).variables.MONO_ENV_ID).toBe("464");
  const refused = await world.mono(["init", world.workspace("one-more", {})]);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("there is room for 464");
});

test("a session of that name that is not mono's is not adopted", async () => {
  const path = world.workspace("taken", {});
  const session = `mono-${world.unique("taken")}`;
  await world.call(["tmux", "new-session", "-d", "-s", session, "cat"]);
  await world.ok(["init", path]);
  const [other, own] = (await sessions(world)).toSorted();
  expect(other).toBe(session);
  expect(own).toMatch(new RegExp(`^${session}-[0-9a-f]{6}$`));
  await world.ok(["destroy", path]);
  expect(await sessions(world)).toEqual([session]);
});

test("a script may write to /dev/stderr, and ends when its shell ends", async () => {
  const path = world.workspace("streams", {
    "mono.yml":
      'scripts:\n  init: |\n    echo to-stderr > /dev/stderr\n    sleep 1000 &\n    echo "$!" > background\n',
  });
  const { stderr } = await world.ok(["init", path]);
  expect(stderr).toContain("to-stderr\n");
  const background = Number(read(join(path, "background")));
  expect(process.kill(background, 0)).toBe(true);
  process.kill(background, "SIGKILL");
});

test("a script that begins with #! is a program of its own", async () => {
  const path = world.workspace("shebang", {
    "mono.yml":
      "scripts:\n  init: |\n    #!/usr/bin/env bash\n    words=(a b c); echo ${#words[@]} > count\n",
  });
  await world.ok(["init", path]);
  expect(read(join(path, "count"))).toBe("3\n");
});

test("scripts get none of another environment's variables, and a closed standard input", async () => {
  const path = world.workspace("clean", { "mono.yml": "scripts:\n  init: env > seen; cat >> seen\n" });
  const env = {
    MONO_WEB_PORT: "1",
    COMPOSE_FILE: join(world.home, "environments/other/docker-compose.mono.yml"),
    COMPOSE_PROJECT_NAME: "mono-other",
    MINE: "kept",
  };
  await world.ok(["init", path], { env });
  const seen = read(join(path, "seen"));
  expect(seen).toContain("MINE=kept\n");
  expect(seen).toContain(`MONO_HOME=${world.home}\n`);
  expect(seen).not.toMatch(/^(MONO_WEB_PORT|COMPOSE_FILE|COMPOSE_PROJECT_NAME)=/m);
});

test("a run that still runs is ended before the next one starts", async () => {
  const path = world.workspace("again", {
    "mono.yml": "scripts:\n  run: echo $$ >> pids; trap '' HUP; sleep 1000\n",
  });
  await world.ok(["init", path]);
  const pids = () =>
    existsSync(join(path, "pids")) ? read(join(path, "pids")).trim().split("\n").map(Number) : [];
  await world.ok(["run", path]);
  await eventually("the first run", () => pids().length === 1);
  await world.ok(["run", path]);
  await eventually("the second run", () => pids().length === 2);
  const [first = 0, second = 0] = pids();
  expect(() => process.kill(first, 0)).toThrow();
  expect(process.kill(second, 0)).toBe(true);
  await world.ok(["destroy", path]);
  await eventually("the end of the second run", () => {
    const stat = existsSync(`/proc/${second}/stat`) ? read(`/proc/${second}/stat`) : " Z ";
    return stat.includes(" Z ");
  });
});

test("after Ctrl-C the person has a shell with the environment's variables", async () => {
  const path = world.workspace("prompt", { "mono.yml": "scripts:\n  run: touch started; sleep 1000\n" });
  const target = `=mono-${world.unique("prompt")}:`;
  await world.ok(["init", path]);
  await world.ok(["run", path]);
  await eventually("the run", () => existsSync(join(path, "started")));
  await world.call(["tmux", "send-keys", "-t", target, "C-c"]);
  await eventually("the exit status", () =>
    existsSync(join(world.home, "environments", world.unique("prompt"), "run-status")),
  );
  await world.call(["tmux", "send-keys", "-t", target, 'echo "$MONO_ENV_NAME" > after', "Enter"]);
  await eventually(
    "the shell's answer",
    () => existsSync(join(path, "after")) && read(join(path, "after")) !== "",
  );
  expect(read(join(path, "after"))).toBe(`${world.unique("prompt")}\n`);
});

test("a run's end leaves a shell also in a locale without UTF-8, in a folder that is not ASCII", async () => {
  const path = join(world.folder, "œuvre");
  await world.call(["mkdir", "-p", path]);
  await Bun.write(join(path, "mono.yml"), "scripts:\n  run: touch ran\n");
  const env = { LC_ALL: "C", LANG: undefined };
  await world.ok(["init", path], { env });
  await world.ok(["run", path], { env });
  await eventually("the run", () => existsSync(join(world.home, "environments/uvre/run-status")));
  await world.call(["tmux", "send-keys", "-t", "=mono-uvre:", "touch after", "Enter"]);
  await eventually("the shell's answer", () => existsSync(join(path, "after")));
  await world.ok(["destroy", path], { env });
});

test("a program that the person has in front is left alone", async () => {
  const path = world.workspace("foreign", { "mono.yml": "scripts:\n  run: touch started\n" });
  const target = `=mono-${world.unique("foreign")}:`;
  await world.ok(["init", path]);
  await world.call(["tmux", "send-keys", "-t", target, "touch front && cat", "Enter"]);
  await eventually("the program", () => existsSync(join(path, "front")));
  const refused = await eventually("cat in front", async () => {
    const result = await world.mono(["run", path]);
    return result.exitCode === 1 && result;
  });
  expect(refused.stderr).toContain("cat is in the foreground");
  expect(existsSync(join(path, "started"))).toBe(false);
});

test("destroy called in the environment's own session takes all of it away", async () => {
  const path = world.workspace("inside", {});
  const name = world.unique("inside");
  await world.ok(["init", path]);
  // A login shell has a PATH of its own.
  const command = `PATH='${world.env["PATH"]}' ${executableInShell} destroy ${path}`;
  await world.call(["tmux", "send-keys", "-t", `=mono-${name}:`, command, "Enter"]);
  await eventually("the end of the session", async () => (await sessions(world)).length === 0);
  // With mono itself, which outlives the session.
  await nothingIsLeft(world);
});

test("a folder whose name means something to tmux is where session and run are", async () => {
  for (const folder of ["C#Server", "#{session_name}", "ends;"]) {
    const path = join(world.folder, folder);
    await world.call(["mkdir", "-p", path]);
    await Bun.write(join(path, "mono.yml"), "scripts:\n  run: pwd > where.new; mv where.new where\n");
    await world.ok(["init", path]);
    await world.ok(["run", path]);
    await eventually("the run", () => existsSync(join(path, "where")));
    expect(read(join(path, "where"))).toBe(`${path}\n`);
    await world.ok(["destroy", path]);
  }
});

test("no session of a longer name is ever touched", async () => {
  const short = world.workspace("ab", {});
  await world.ok(["init", short]);
  const longer = `mono-${world.unique("ab")}c`;
  await world.call(["tmux", "new-session", "-d", "-s", longer, "cat"]);
  await world.call(["tmux", "kill-session", "-t", `=mono-${world.unique("ab")}:`]);
  await world.ok(["destroy", short]);
  expect(await sessions(world)).toEqual([longer]);
});
