/** `mono run --stop`: everything stops, nothing is lost, and the next run or attach wakes it. */
import { expect, test } from "bun:test";
import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { openTerminal } from "./support/terminal.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { baseImage, docker, eventually, executableInShell, lines } from "./support/world.ts";

const world = worldForEachTest();

const files = {
  "compose.yml": `services:
  db: { image: "${baseImage}", init: true, stop_signal: SIGTERM, command: "sh -c 'trap \\"echo done >/data/end; exit\\" TERM; while :; do sleep 0.1; done'", volumes: ["data:/data", /anonymous] }
  web: { image: "${baseImage}", init: true, command: "nc -ll -p 8000 -e cat", ports: ["8000:8000"], stop_signal: KILL, depends_on: [db] }
volumes: { data: {} }
`,
  "mono.yml": "scripts:\n  run: echo $$ >pid; sleep 1000\n",
};

const statusOf = async (path: string) => {
  const { environments } = JSON.parse((await world.ok(["list", "--json"])).stdout);
  return environments.find((one: { path: string }) => one.path === path)?.status;
};
const containersOf = async (path: string, format = "{{.ID}}") =>
  lines(
    await docker(world, [
      "ps",
      "-a",
      "--no-trunc",
      "--filter",
      `label=com.docker.compose.project=mono-${basename(path)}`,
      "--format",
      format,
    ]),
  ).toSorted();
const pidOf = async (path: string) =>
  await eventually("the run", async () => {
    const { stdout } = await world.call(["cat", join(path, "pid")]);
    return stdout.endsWith("\n") && Number(stdout);
  });
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
/** All that is seen of a use gets as old as this, in seconds. */
function age(path: string, seconds: number): void {
  const then = Date.now() / 1000 - seconds;
  for (const file of ["ready-containers", "run-group", "run-status", "last-use"])
    try {
      utimesSync(join(world.home, "environments", basename(path), file), then, then);
    } catch {
      // It is not there.
    }
}

test("the run ends, containers stop as their services ask for, and run wakes all with its data", async () => {
  const path = world.workspace("sleeper", files);
  await world.ok(["init", path]);
  await world.ok(["run", path]);
  const pid = await pidOf(path);
  const before = await containersOf(path);
  const { stdout: vars } = await world.ok(["vars", path]);
  const { stderr } = await world.ok(["run", "--stop", path]);
  expect(stderr).toEndWith(`${basename(path)} sleeps: mono run and mono attach wake it\n`);
  expect(isRunning(pid)).toBe(false);
  expect(await containersOf(path, "{{.State}}")).toEqual(["exited", "exited"]);
  expect(await containersOf(path)).toEqual(before);
  expect(await statusOf(path)).toBe("asleep");
  expect((await world.ok(["vars", path])).stdout).toBe(vars);
  expect((await world.call(["tmux", "has-session", "-t", `=mono-${basename(path)}`])).exitCode).toBe(0);
  // Once more is no error.
  await world.ok(["run", "--stop", path]);

  rmSync(join(path, "pid"));
  await world.ok(["run", path]);
  await pidOf(path);
  expect(await containersOf(path)).toEqual(before);
  expect(await statusOf(path)).toBe("running");
  expect(await docker(world, ["exec", `mono-${basename(path)}-db-1`, "cat", "/data/end"])).toBe("done\n");
  await world.ok(["destroy", path]);
});

test("attach wakes it too, and --no-script leaves a run alone", async () => {
  const path = world.workspace("sleeper", files);
  await world.ok(["init", path]);
  await world.ok(["run", "--stop", path]);
  const terminal = await openTerminal(world, `env -u TMUX ${executableInShell} attach ${path}`);
  await eventually("the containers", async () => (await statusOf(path)) === "running");
  await terminal.close();

  await world.ok(["run", path]);
  const pid = await pidOf(path);
  writeFileSync(
    join(path, "compose.yml"),
    files["compose.yml"].replace(
      "  web:",
      '  more: { image: "${BASE_IMAGE}", command: sleep 1000, stop_signal: KILL }\n  web:',
    ),
  );
  const { stderr } = await world.ok(["run", "--no-script", path]);
  expect(stderr).toEndWith(`${basename(path)} is up: mono attach ${basename(path)}\n`);
  expect(await containersOf(path, "{{.State}}")).toEqual(["running", "running", "running"]);
  expect(await pidOf(path)).toBe(pid);
  expect(isRunning(pid)).toBe(true);
  await world.ok(["destroy", path]);
});

test("without a run script, --follow shows the logs of the containers, and they run on", async () => {
  const compose = `services:\n  web: { image: "${baseImage}", init: true, stop_signal: KILL, command: "sh -c 'echo serving; sleep 1000'", ports: ["80"] }\n`;
  const path = world.workspace("containers", { "compose.yml": compose });
  await world.ok(["init", path]);
  const child = world.start(["run", "--follow", path]);
  const reader = child.stdout.getReader();
  let printed = "";
  await eventually("the logs", async () => {
    printed += new TextDecoder().decode((await reader.read()).value);
    return printed.includes("serving\n");
  });
  expect(printed).toMatch(/^http:\/\/localhost:\d+\nweb-1 \| serving\n$/);
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  expect(await statusOf(path)).toBe("running");
  await world.ok(["destroy", path]);
  const plain = world.workspace("plain", {});
  await world.ok(["init", plain]);
  for (const flags of [["--follow"], ["--follow", "--no-script"]])
    expect((await world.mono(["run", ...flags, plain])).exitCode).toBe(2);
  await world.ok(["run", "--no-script", plain]);
  await world.ok(["destroy", plain]);
});

test("--idle leaves alone what was used, and what is used now", async () => {
  const path = world.workspace("idle", files);
  const name = basename(path);
  await world.ok(["init", path]);
  const told = async () => (await world.ok(["run", "--stop", "--idle", "1h", path])).stderr;
  expect(await told()).toMatch(/is left alone: it was used \d+s ago\n$/);

  const { stdout } = await world.ok(["vars", "--json", path]);
  const port = Number(JSON.parse(stdout).variables.MONO_WEB_PORT);
  const client = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
  expect(await told()).toContain("something is connected to one of its ports");
  client.end();

  const terminal = await openTerminal(world, `env -u TMUX ${executableInShell} attach ${path}`);
  await eventually("somebody attached", async () =>
    (await told()).includes("somebody is attached to its session"),
  );
  await terminal.close();
  await eventually("nobody attached", async () => (await told()).includes("it was used "));

  await world.ok(["run", path]);
  await pidOf(path);
  expect(await told()).toContain("its run goes on");
  await world.ok(["run", "--stop", path]);
  await world.ok(["run", "--no-script", path]);

  // The files are old now, and tmux has seen the session a moment ago.
  age(path, 7200);
  expect(await told()).toContain("it was used ");
  await world.call(["tmux", "kill-session", "-t", `=mono-${name}`]);
  expect(await statusOf(path)).toBe("partial");
  expect(await told()).toContain(`${name} sleeps`);
  expect(await statusOf(path)).toBe("asleep");
  await world.ok(["destroy", path]);
});

test("--all stops whatever may run, and says what it leaves alone", async () => {
  const web = world.workspace("web", files);
  const plain = world.workspace("plain", { "mono.yml": files["mono.yml"] });
  const gone = world.workspace("gone", files);
  for (const path of [web, plain, gone]) await world.ok(["init", path]);
  await world.ok(["run", plain]);
  const pid = await pidOf(plain);
  rmSync(gone, { recursive: true });
  const idle = await world.ok(["run", "--stop", "--all", "--idle", "1h"]);
  for (const path of [web, plain, gone]) expect(idle.stderr).toContain(`${basename(path)} is left alone: `);
  expect((await world.ok(["run", "--stop", "--all", "--idle", "1h", "--quiet"])).stderr).toBe("");

  const { stderr } = await world.ok(["run", "--stop", "--all"]);
  for (const path of [web, gone]) expect(stderr).toContain(`✓ ${basename(path)} sleeps`);
  expect(stderr).toContain(`✓ the run of ${basename(plain)} is ended`);
  expect(isRunning(pid)).toBe(false);
  for (const path of [web, gone])
    expect(await containersOf(path, "{{.State}}")).toEqual(["exited", "exited"]);
  await world.ok(["destroy", web, plain, gone]);
});

test("a stop that was cut short is continued by the next one", async () => {
  const path = world.workspace("cut", files);
  await world.ok(["init", path]);
  const child = world.start(["run", "--stop", path], {
    env: {
      MONO_TRACE_EFFECTS: join(world.folder, "trace"),
      MONO_STOP_AT_EFFECT: "after recording that it sleeps",
    },
  });
  await eventually("the record", async () => {
    const { stdout } = await world.call(["sh", "-c", `cat ${world.folder}/trace 2>/dev/null`]);
    return stdout.includes("after recording that it sleeps");
  });
  child.kill("SIGKILL");
  await child.exited;
  expect(await statusOf(path)).toBe("interrupted");
  await world.ok(["run", "--stop", path]);
  expect(await statusOf(path)).toBe("asleep");
  await world.ok(["destroy", path]);
});

test("flags that mean nothing together are an error", async () => {
  for (const flags of [
    ["--stop", "--follow"],
    ["--stop", "--force"],
    ["--stop", "--no-script"],
    ["--stop", "--all", "--json"],
    ["--stop", "--all", "."],
    ["--stop", "--idle", "2x"],
    ["--idle", "2h"],
    ["--all"],
    ["--no-script", "--force"],
  ]) {
    const { exitCode, stderr } = await world.mono(["run", ...flags]);
    expect({ flags, exitCode, lines: stderr.trim().split("\n").length }).toEqual({
      flags,
      exitCode: 2,
      lines: 2,
    });
  }
});
