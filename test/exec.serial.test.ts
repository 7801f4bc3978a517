import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { openTerminal } from "./support/terminal.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executable, executableInShell, namesIn } from "./support/world.ts";

const world = worldForEachTest();

const services = [
  "services:",
  "  web:",
  "    image: ${BASE_IMAGE}",
  '    command: ["sh", "-c", "trap exit TERM; sleep 100000 & wait"]',
  '    ports: ["8080:80"]',
  "  ended:",
  "    image: ${BASE_IMAGE}",
  '    command: ["true"]',
].join("\n");

describe("on this machine", () => {
  test("a command has the workspace, the variables and the standard streams", async () => {
    const path = world.workspace("plain", {});
    await world.ok(["init", path]);
    const script = 'pwd; echo "$PWD $MONO_ENV_NAME"; cat; echo to stderr >&2; printf "<%s>" "$@"; exit 7';
    const line = 'echo typed | "$0" exec "$1" -- sh -c "$2" name -f --help -- --';
    const result = await world.call(["sh", "-c", line, executable, path, script]);
    expect(result).toEqual({
      exitCode: 7,
      stdout: `${path}\n${path} ${world.unique("plain")}\ntyped\n<-f><--help><--><-->`,
      stderr: "to stderr\n",
    });
    const env = { CONDUCTOR_WORKSPACE_PATH: path };
    expect((await world.ok(["exec", "--", "printenv", "PWD"], { env })).stdout).toBe(`${path}\n`);
  });

  test("a bare docker compose means the environment's containers", async () => {
    const path = world.workspace("composed", { "compose.yml": services });
    await world.ok(["init", path]);
    const { stdout } = await world.ok(["exec", path, "--", "docker", "compose", "ps", "--services"]);
    expect(stdout).toBe("web\n");
    const port = await world.ok(["exec", path, "--", "sh", "-c", "echo $MONO_WEB_PORT"]);
    expect((await world.ok(["vars", path])).stdout).toContain(`MONO_WEB_PORT="${port.stdout.trim()}"`);
    await world.ok(["destroy", path]);
  });

  test("its exit status is passed on, as a shell would have it", async () => {
    const path = world.workspace("statuses", { script: "echo no program\n", text: "echo text\n" });
    chmodSync(join(path, "script"), 0o755);
    await world.ok(["init", path]);
    const statusOf = async (...args: string[]) => (await world.mono(["exec", path, ...args])).exitCode;
    expect(await statusOf("--", "true")).toBe(0);
    expect(await statusOf("--", "no-such-command")).toBe(127);
    expect(await statusOf("--", "./text")).toBe(126);
    expect(await statusOf("--", "./script")).toBe(126);
    expect(await statusOf("--", "sh", "-c", "kill -TERM $$")).toBe(143);
    expect(await statusOf("--")).toBe(2);
    expect(await statusOf()).toBe(2);
    expect(await statusOf("true")).toBe(2);
    expect((await world.mono(["exec", "/nowhere", "--", "true"])).exitCode).toBe(3);
    rmSync(path, { recursive: true });
    expect(await statusOf("--", "true")).toBe(2);
  });

  test("holds no lock, and passes SIGTERM and SIGHUP on", async () => {
    const path = world.workspace("told", { "mono.yml": "scripts:\n  run: 'true'\n" });
    await world.ok(["init", path]);
    const script =
      'trap "exit 9" TERM; trap "exit 10" HUP; touch "$0"; while :; do sleep 0.05; done </dev/null >/dev/null 2>&1';
    for (const [signal, status] of [
      ["SIGTERM", 9],
      ["SIGHUP", 10],
    ] as const) {
      const here = join(world.folder, signal);
      const child = world.start(["exec", path, "--", "sh", "-c", script, here]);
      await eventually("the command", () => existsSync(here));
      await world.ok(["run", path]);
      child.kill(signal);
      expect(await child.exited).toBe(status);
      expect(await child.stderr.text()).toBe("");
    }
  });

  test("the command has the terminal, and decides what Ctrl-C means", async () => {
    const path = world.workspace("typed", {});
    await world.ok(["init", path]);
    const here = join(world.folder, "here");
    const script = `test -t 0 && test -t 1 && test -t 2 || exit 1; trap "echo heard >${here}-int" INT; touch ${here}; read -r word; read -r word || read -r word; echo "read $word"; exit 4`;
    writeFileSync(join(path, "script"), script);
    const terminal = await openTerminal(world, `${executableInShell} exec ${path} -- sh script`);
    await eventually("the command", () => existsSync(here));
    await terminal.type("first", "Enter");
    await terminal.type("C-c");
    await eventually("the trap", () => existsSync(`${here}-int`));
    await terminal.type("second", "Enter");
    expect(await terminal.status()).toBe(4);
    expect(await terminal.screen()).toContain("read second");

    const plain = await openTerminal(
      world,
      `${executableInShell} exec ${path} -- sh -c 'echo up; exec sleep 100000'`,
    );
    await eventually("the command", async () => (await plain.screen()).includes("up"));
    await plain.type("C-c");
    expect(await plain.status()).toBe(130);
  });
});

describe("in a container", () => {
  test("a command has the standard streams, and its status is passed on", async () => {
    const path = world.workspace("inside", { "compose.yml": services });
    await world.ok(["init", path]);
    const line = 'echo typed | "$0" exec "$1" -s web -- sh -c "cat; hostname; exit 7" -x --';
    const result = await world.call(["sh", "-c", line, executable, path]);
    expect(result).toMatchObject({ exitCode: 7, stderr: "" });
    expect(result.stdout).toMatch(/^typed\n[0-9a-f]{12}\n$/);
    // It stays with the environment's engine, and needs no workspace.
    rmSync(path, { recursive: true });
    const env = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
    const elsewhere = await world.ok(["exec", path, "--service", "web", "--", "hostname"], { env });
    expect(result.stdout).toBe(`typed\n${elsewhere.stdout}`);

    const terminal = await openTerminal(
      world,
      `${executableInShell} exec ${path} -s web -- sh -c 'test -t 0 && test -t 1'`,
    );
    expect(await terminal.status()).toBe(0);
    const piped = await openTerminal(world, `echo piped | ${executableInShell} exec ${path} -s web -- cat`);
    expect(await piped.status()).toBe(0);
    expect(await piped.screen()).toContain("piped\n");
    await world.ok(["destroy", path]);
  });

  test("a service that is not there: 2, with those that are; one that does not run: 1", async () => {
    const path = world.workspace("stopped", { "compose.yml": services });
    await world.ok(["init", path]);
    const unknown = await world.mono(["exec", path, "-s", "wbe", "--", "true"]);
    expect(unknown).toMatchObject({ exitCode: 2, stdout: "" });
    expect(unknown.stderr).toContain("has no service wbe");
    expect(unknown.stderr).toContain("did you mean web? there are: ended, web");
    const container = `mono-${basename(path)}-ended-1`;
    await world.call(["docker", "wait", container], { cwd: "/" });
    const ended = await world.mono(["exec", path, "-s", "ended", "--", "true"]);
    expect(ended).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ended.stderr).toContain("the service ended");
    expect(ended.stderr).toContain("is not running");
    await world.ok(["destroy", path]);

    const simple = world.workspace("simple", {});
    await world.ok(["init", simple]);
    const none = await world.mono(["exec", simple, "-s", "web", "--", "touch", "made"]);
    expect(none).toMatchObject({ exitCode: 2, stdout: "" });
    expect(none.stderr).toContain("it has none");
    expect(namesIn(simple)).toEqual([]);
    expect(readFileSync(join(world.home, "mono.log"), "utf8")).not.toContain("exec");
  });
});
