import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executable, lines, sessions } from "./support/world.ts";

const world = worldForEachTest();

describe("exit codes", () => {
  test.each([
    [["no-such-command"]],
    [["init", "--no-such-flag"]],
    [["vars", "one", "two"]],
    [["init"]],
    [["init", ""]],
    [["init", "/no/such/folder"]],
    [["init", executable]],
  ])("%j is a usage error: 2", async (args) => {
    const result = await world.mono(args);
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).not.toBe("");
    expect(existsSync(world.home)).toBe(false);
  });

  test.each([[["destroy"]], [["run"]], [["vars"]]])("%j of an unknown environment: 3", async (args) => {
    const path = world.workspace("unknown", {});
    const result = await world.mono([...args, path]);
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain(`no environment for ${path}`);
  });

  test("destroy --if-exists of an unknown environment: 0", async () => {
    await world.ok(["destroy", "--if-exists", world.workspace("unknown", {})]);
  });

  test("init of an environment that exists: 4, and it stays as it is", async () => {
    const path = world.workspace("twice", {});
    await world.ok(["init", path]);
    const again = await world.mono(["init", path]);
    expect(again.exitCode).toBe(4);
    expect(again.stderr).toContain("exists already");
    expect((await world.ok(["list"])).stdout).toContain("running");
  });

  test("init and run while another mono is working on it: 4, naming that one; destroy waits", async () => {
    const path = world.workspace("held", {
      "mono.yml": "scripts:\n  init: touch here; while [ ! -e go ]; do sleep 0.05; done\n  run: 'true'\n",
    });
    const first = world.start(["init", path]);
    await eventually("the init script", () => existsSync(join(path, "here")));
    expect((await world.ok(["list"])).stdout).toContain("initializing");
    for (const command of ["init", "run"]) {
      const held = await world.mono([command, path]);
      expect(held.exitCode).toBe(4);
      expect(held.stderr).toContain(`mono init (pid ${first.pid}`);
    }
    const destroy = world.start(["destroy", path]);
    writeFileSync(join(path, "go"), "");
    expect(await first.exited).toBe(0);
    expect(await destroy.exited).toBe(0);
    expect((await world.ok(["list"])).stdout).toBe("NAME  PATH  STATUS\n");
  });
});

test("a home folder that cannot be made is said, with what to do", async () => {
  const result = await world.mono(["init", world.workspace("homeless", {})], {
    env: { MONO_HOME: "/dev/null/home" },
  });
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toContain("cannot write to mono's home folder /dev/null/home");
  expect(result.stderr).toContain("MONO_HOME");
});

describe("paths", () => {
  test("a folder that cannot be read is a usage error", async () => {
    const path = world.workspace("closed", {});
    // The world's folder is for its owner alone.
    const argv = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--clear-groups", "--"] : [];
    if (argv.length === 0) await world.call(["chmod", "000", path]);
    const result = await world.call([...argv, executable, "init", path], { cwd: "/" });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("cannot read the folder");
    await world.call(["chmod", "700", path]);
  });

  test("relative paths, and $CONDUCTOR_WORKSPACE_PATH for none", async () => {
    const path = world.workspace("relative", {});
    await world.ok(["init", "."], { cwd: path });
    const { stdout } = await world.ok(["vars"], { env: { CONDUCTOR_WORKSPACE_PATH: path } });
    expect(stdout).toContain(`export MONO_ENV_PATH="${path}"\n`);
    expect((await world.ok(["vars", ""], { env: { CONDUCTOR_WORKSPACE_PATH: path } })).stdout).toBe(stdout);
  });

  test("the real path is what is stored", async () => {
    const path = world.workspace("real", {});
    const link = join(world.folder, "link");
    symlinkSync(path, link);
    await world.ok(["init", link]);
    expect((await world.ok(["vars", link])).stdout).toContain(`export MONO_ENV_PATH="${path}"\n`);
    expect((await world.mono(["init", path])).exitCode).toBe(4);
  });

  test("an environment is found when its folder is gone", async () => {
    const path = world.workspace("gone", { "mono.yml": "scripts:\n  destroy: exit 1\n" });
    await world.ok(["init", path]);
    rmSync(path, { recursive: true });
    expect((await world.ok(["list"])).stdout).toContain("missing folder");
    const { stderr } = await world.ok(["destroy", path]);
    expect(stderr).toContain("no destroy script is run");
    expect(await sessions(world)).toEqual([]);
  });

  test("an environment is found by both paths when its folder was renamed under a link", async () => {
    const path = world.workspace("old", {});
    await world.ok(["init", path]);
    renameSync(path, `${path}-new`);
    symlinkSync(`${path}-new`, path);
    expect((await world.ok(["vars", path])).stdout).toBe((await world.ok(["vars", `${path}-new`])).stdout);
    expect((await world.mono(["init", `${path}-new`])).exitCode).toBe(4);
    await world.ok(["destroy", `${path}-new`]);
  });

  test("a warning when the path is Conductor's main checkout", async () => {
    const [root, own] = [world.workspace("root", {}), world.workspace("own", {})];
    const env = { CONDUCTOR_ROOT_PATH: root, CONDUCTOR_WORKSPACE_PATH: own };
    expect((await world.ok(["init", root], { env })).stderr).toContain("CONDUCTOR_ROOT_PATH");
    expect((await world.ok(["init", own], { env })).stderr).not.toContain("CONDUCTOR_ROOT_PATH");
  });
});

describe("what is not there", () => {
  /** A PATH with everything that the tests' machine has, but for some programs. */
  function pathWithout(...programs: readonly string[]): string {
    const folder = join(world.folder, "bin");
    mkdirSync(folder);
    for (const program of ["sh", "mkfifo", "ps", "env", "touch", "tmux", "docker"]) {
      const file = Bun.which(program);
      if (file !== null && !programs.includes(program)) symlinkSync(file, join(folder, program));
    }
    return folder;
  }
  const files = {
    "compose.yml": "services:\n  web:\n    image: any\n",
    "mono.yml": "scripts:\n  init: touch started\n",
  };

  test("no tmux", async () => {
    const path = world.workspace("no-tmux", { "mono.yml": "scripts:\n  init: touch started\n" });
    const result = await world.mono(["init", path], { env: { PATH: pathWithout("tmux") } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("tmux is not on PATH");
    expect(result.stderr).toContain("install tmux");
    expect(existsSync(join(path, "started"))).toBe(false);
  });

  test("a tmux that is too old, for init and for run", async () => {
    const path = world.workspace("old-tmux", {
      "mono.yml": "scripts:\n  init: touch started\n  run: 'true'\n",
    });
    const folder = pathWithout("tmux");
    // The program itself says so, and so does its server.
    const older = `${Bun.which("sed")} -E "s/^tmux .*/tmux 3.1c/; s/^(=server= [0-9]+) [^ ]+/\\1 3.1c/"`;
    const script = `#!/bin/bash\nset -o pipefail\n${Bun.which("tmux")} "$@" | ${older}\n`;
    writeFileSync(join(folder, "tmux"), script);
    chmodSync(join(folder, "tmux"), 0o755);
    const refused = await world.mono(["init", path], { env: { PATH: folder } });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("tmux 3.1c is too old");
    expect(refused.stderr).toContain("install tmux 3.2 or newer");
    expect(existsSync(join(path, "started"))).toBe(false);
    await world.ok(["init", path]);
    expect((await world.mono(["run", path], { env: { PATH: folder } })).stderr).toContain("too old");
    await world.ok(["destroy", path]);
  });

  test("no docker, with a compose file", async () => {
    const path = world.workspace("no-docker", files);
    const result = await world.mono(["init", path], { env: { PATH: pathWithout("docker") } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("docker is not on PATH");
    expect(existsSync(join(path, "started"))).toBe(false);
  });

  test("no Compose plugin", async () => {
    const path = world.workspace("no-compose", files);
    // As docker says it. Its own plugin may be the whole system's, which no variable hides.
    const folder = join(world.folder, "bin");
    mkdirSync(folder);
    const program = `#!/bin/sh\n[ "$1" != compose ] || { echo "docker: 'compose' is not a docker command." >&2; exit 1; }\nexec ${Bun.which("docker")} "$@"\n`;
    writeFileSync(join(folder, "docker"), program, { mode: 0o755 });
    const env = { PATH: `${folder}:${world.env["PATH"]}` };
    const result = await world.mono(["init", path], { env });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("Compose plugin");
    expect(existsSync(join(path, "started"))).toBe(false);
  });

  test.each<[string, (plugin: string) => void]>([
    ["not executable", (plugin) => writeFileSync(plugin, "#!/bin/sh\n")],
    ["no program", (plugin) => writeFileSync(plugin, "text\n", { mode: 0o755 })],
    ["without its interpreter", (plugin) => writeFileSync(plugin, "#!/nowhere\n", { mode: 0o755 })],
    ["a folder", (plugin) => mkdirSync(plugin)],
  ])("a Compose plugin that is %s", async (_what, make) => {
    const path = world.workspace("broken-compose", files);
    mkdirSync(join(world.folder, "cli-plugins"));
    make(join(world.folder, "cli-plugins/docker-compose"));
    const result = await world.mono(["init", path], { env: { DOCKER_CONFIG: world.folder } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("✗ docker has no Compose plugin");
    expect(existsSync(join(path, "started"))).toBe(false);
  });

  test("a Compose plugin that is too old", async () => {
    const path = world.workspace("old-compose", files);
    const plugin = join(world.folder, "cli-plugins/docker-compose");
    const metadata = '{"SchemaVersion":"0.1.0","Vendor":"test","Version":"2.23.3"}';
    mkdirSync(join(world.folder, "cli-plugins"));
    writeFileSync(
      plugin,
      `#!/bin/sh\ncase $1 in docker-cli-plugin-metadata) echo '${metadata}' ;; *) echo 2.23.3 ;; esac\n`,
    );
    chmodSync(plugin, 0o755);
    const result = await world.mono(["init", path], { env: { DOCKER_CONFIG: world.folder } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("Docker Compose 2.23.3 is too old: mono needs 2.24");
    expect(existsSync(join(path, "started"))).toBe(false);
  });

  test("an engine that refuses, and one that never answers", async () => {
    const path = world.workspace("no-engine", files);
    const silent = Bun.listen({ unix: join(world.folder, "silent.sock"), socket: { data() {} } });
    try {
      for (const socket of ["nobody.sock", "silent.sock"]) {
        const env = { DOCKER_HOST: `unix://${join(world.folder, socket)}` };
        const result = await world.mono(["init", path], { env });
        expect(result.exitCode).toBe(1);
        expect(result.stderr).toContain("does not answer");
        expect(result.stderr).toContain(socket);
      }
    } finally {
      silent.stop(true);
    }
    expect(existsSync(join(path, "started"))).toBe(false);
    expect((await world.ok(["list"])).stdout).toBe("NAME  PATH  STATUS\n");
  });
});

test.each(["sh", "bash", "zsh"])('eval "$(mono vars)" in %s gives the same bytes', async (shell) => {
  const odd = 'it\'s "a" $HOME `date` \\ ünï\n ! # ~';
  const path = join(world.folder, odd);
  mkdirSync(path);
  await world.ok(["init", path]);
  const script = 'eval "$("$0" vars "$1")" && printf %s "$MONO_ENV_PATH"';
  const { stdout, exitCode } = await world.call([shell, "-c", script, executable, path]);
  expect(exitCode).toBe(0);
  expect(stdout).toBe(path);
});

test("a database with the bare schema opens, and its rows work", async () => {
  const path = world.workspace("before", { "mono.yml": "scripts:\n  run: touch ran\n" });
  mkdirSync(world.home);
  const schema =
    "CREATE TABLE environments (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT UNIQUE NOT NULL, docker_project TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)";
  await world.call([
    "sqlite3",
    join(world.home, "state.db"),
    `${schema}; INSERT INTO environments (id, path) VALUES (7, '${path}')`,
  ]);
  expect((await world.ok(["vars", path])).stdout).toContain('export MONO_ENV_ID="7"\n');
  expect((await world.ok(["list"])).stdout).toContain("stopped");
  await world.ok(["run", path]);
  await eventually("the run", () => existsSync(join(path, "ran")));
  expect((await world.ok(["list"])).stdout).toContain("running");
  await world.ok(["destroy", path]);
  expect(await sessions(world)).toEqual([]);
});

describe("the log", () => {
  test("has every operation and every line of output in its form, as it happens", async () => {
    const path = world.workspace("logged", {
      "mono.yml":
        "scripts:\n  init: |\n    echo first\n    while [ ! -e go ]; do sleep 0.05; done\n    echo second >&2\n",
    });
    const name = world.unique("logged");
    const log = join(world.home, "mono.log");
    const child = world.start(["init", path]);
    await eventually("the first line, while the script still runs", () => {
      return existsSync(log) && readFileSync(log, "utf8").includes(`[${name}|out] first\n`);
    });
    writeFileSync(join(path, "go"), "");
    expect(await child.exited).toBe(0);
    const text = readFileSync(log, "utf8");
    for (const line of lines(text)) {
      expect(line).toMatch(
        /^\[\d\d:\d\d:\d\d\.\d{3}\] \[\+(0s|\d+ms|[\d.]+s|\d+m[\d.]+s)\] \[[a-z0-9_-]+(\|(out|err))?\] ./,
      );
    }
    const messages = lines(text).map((line) => line.replace(/^\S+ \S+ /, ""));
    expect(messages).toEqual([
      `[${name}] mono init ${path}`,
      `[${name}] created data directory`,
      `[${name}] running init script: echo first`,
      `[${name}|out] first`,
      `[${name}|err] second`,
      `[${name}] init script completed (exit 0)`,
      `[${name}] created tmux session mono-${name}`,
    ]);
  });
});

describe("the executable", () => {
  test("does not load what is in the folder it is called in", async () => {
    const path = world.workspace("trap", {
      ".env": "MONO_HOME=/nowhere\nCONDUCTOR_WORKSPACE_PATH=/nowhere\n",
      "bunfig.toml": 'preload = ["./preload.ts"]\n',
      "preload.ts": 'console.log("preloaded"); process.exit(42);\n',
    });
    const result = await world.mono(["vars"], { cwd: path });
    expect(result).toMatchObject({ exitCode: 2, stdout: "" });
    expect(result.stderr).toContain("no workspace given");
  });

  test("survives a reader that goes away", async () => {
    const { stderr, exitCode } = await world.call(["sh", "-c", '"$0" --help | true', executable]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });
});
