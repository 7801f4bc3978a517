/** What a person reads: the whole of standard output and standard error of the commands and failures that are met most. */
import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, type Result, sessions } from "./support/world.ts";

const world = worldForEachTest();

/** The text with names in place of what differs from run to run. */
function masked(text: string): string {
  return (
    text
      .replaceAll(join(world.folder, "workspaces"), "~")
      .replaceAll(world.home, "~/.mono")
      .replaceAll(world.unique(""), "")
      .replace(/\((?:\d+m)?[\d.]+m?s\)$/gm, "(time)")
      // Its words change from version to version.
      .replace(/┃ .*imagee.*/g, "┃ (Compose names imagee)")
      .replace(/pid \d+/g, "pid 4711")
      // The smallest whose ports nothing on this machine has.
      .replace(/MONO_ENV_ID=[1-9]\d*$/m, "MONO_ENV_ID=7")
      .replace(/since [^)]+/g, "since then")
  );
}

function said({ exitCode, stdout, stderr }: Result): string {
  return `${masked(stdout)}${masked(stderr)}[${exitCode}]`;
}

const compose = (...lines: readonly string[]) =>
  ["services:", "  web:", "    image: ${BASE_IMAGE}", ...lines.map((line) => `    ${line}`), ""].join("\n");

test("a workspace without containers, from init to destroy", async () => {
  const path = world.workspace("shop", {
    "mono.yml": "scripts: { init: echo installed, run: sleep 1000, destroy: echo dumped }\n",
  });
  expect(said(await world.mono(["init", path]))).toBe(
    [
      "✓ created data directory (time)",
      "→ running init script: echo installed",
      "installed",
      "✓ init script completed (exit 0) (time)",
      "✓ created tmux session mono-shop (time)",
      "shop is ready: mono attach shop",
      "  MONO_ENV_NAME=shop",
      "  MONO_ENV_ID=7",
      "  MONO_ENV_PATH=~/shop",
      "  MONO_DATA_DIR=~/.mono/data/shop",
      "[0]",
    ].join("\n"),
  );
  expect(said(await world.mono(["init", path]))).toBe(
    [
      "✗ the environment shop of ~/shop exists already",
      "↳ mono run shop starts it again, mono destroy shop removes it",
      "[4]",
    ].join("\n"),
  );
  expect(said(await world.mono(["run", path]))).toBe(
    ["✓ started the run script in tmux session mono-shop (time)", "shop runs: mono attach shop", "[0]"].join(
      "\n",
    ),
  );
  expect(said(await world.mono(["run", path]))).toBe(
    [
      "✓ ended the run that was still going (time)",
      "✓ started the run script in tmux session mono-shop (time)",
      "shop runs: mono attach shop",
      "[0]",
    ].join("\n"),
  );
  expect(said(await world.mono(["attach", path]))).toBe(
    [
      "✗ mono attach needs a terminal, and its input or output is not one",
      "↳ call it in a terminal, without a pipe; for a script there is mono run --follow, or mono exec",
      "[2]",
    ].join("\n"),
  );
  expect(said(await world.mono(["destroy", path]))).toBe(
    [
      "→ running destroy script: echo dumped",
      "dumped",
      "✓ destroy script completed (exit 0) (time)",
      "✓ killed tmux session mono-shop (time)",
      "✓ removed data directory (time)",
      "shop is destroyed",
      "[0]",
    ].join("\n"),
  );
  expect(said(await world.mono(["destroy", path]))).toBe(
    ["✗ no environment for ~/shop", "↳ mono list shows those that exist; mono init makes one", "[3]"].join(
      "\n",
    ),
  );
  expect(said(await world.mono(["destroy", "--if-exists", path]))).toBe(
    "nothing to destroy: no environment for ~/shop\n[0]",
  );
});

test("a service that fails, and one that is unhealthy: with what they, and the health check, have printed", async () => {
  const crashing = world.workspace("crash", {
    // With a health check it is waited for, however long it takes to exit.
    "compose.yml": compose(
      "command: sh -c 'echo last words; exit 3'",
      "healthcheck: { test: exit 1, interval: 1h }",
    ),
  });
  expect(said(await world.mono(["init", "-q", crashing]))).toBe(
    [
      "✗ cannot init crash: service web exited with 3 (container mono-crash-web-1)",
      "  ┃ last words",
      "↳ everything was undone: fix the service, or its health check, then try again",
      "  log: ~/.mono/mono.log",
      "[1]",
    ].join("\n"),
  );
  const sick = world.workspace("sick", {
    "compose.yml": compose(
      "command: sh -c 'echo hello; sleep 1000'",
      "healthcheck: { test: 'echo no answer; exit 1', interval: 100ms, retries: 2 }",
    ),
  });
  expect(said(await world.mono(["init", "-q", sick]))).toBe(
    [
      "✗ cannot init sick: service web is unhealthy (container mono-sick-web-1)",
      "  ┃ hello",
      "  ┃ health check: no answer",
      "↳ everything was undone: fix the service, or its health check, then try again",
      "  log: ~/.mono/mono.log",
      "[1]",
    ].join("\n"),
  );
});

test("a compose file that Compose refuses, and one that shares something", async () => {
  const path = world.workspace("shop", { "compose.yml": compose("imagee: x") });
  expect(said(await world.mono(["init", "-q", path]))).toBe(
    [
      "✗ cannot init shop: docker compose cannot read the compose files",
      "  ┃ (Compose names imagee)",
      "↳ everything was undone: fix what Compose reports; to check: cd ~/shop && docker compose config -q",
      "[2]",
    ].join("\n"),
  );
  writeFileSync(join(path, "compose.yml"), compose("network_mode: host"));
  expect(said(await world.mono(["init", "-q", "--strict", path]))).toBe(
    [
      "✗ cannot init shop: the compose files share things with other environments, and --strict forbids it",
      "  ┃ service web: network_mode: host",
      "↳ everything was undone: change the compose files, or run mono init without --strict",
      "[2]",
    ].join("\n"),
  );
});

test("mistakes in mono.yml", async () => {
  const path = world.workspace("shop", { "mono.yml": "scripts:\n  int: npm ci\n" });
  expect(said(await world.mono(["init", path]))).toBe(
    [
      "✗ ~/shop/mono.yml has 1 problem",
      "  ┃ ~/shop/mono.yml:2:3: unknown key int in scripts: did you mean init?",
      "  ┃   2 │   int: npm ci",
      "  ┃         ^",
      "↳ fix what is shown, then try again; nothing was started",
      "[2]",
    ].join("\n"),
  );
});

test("scripts that fail, at init and at destroy", async () => {
  const path = world.workspace("shop", { "mono.yml": "scripts: { init: no-such-command 2>/dev/null }\n" });
  expect(said(await world.mono(["init", path]))).toBe(
    [
      "✓ created data directory (time)",
      "→ running init script: no-such-command 2>/dev/null",
      "✗ init script failed (exit 127) (time)",
      "→ undoing: the init script exited with 127 (a command in it was not found)",
      "✓ removed data directory (time)",
      "✓ everything was undone (time)",
      "✗ cannot init shop: the init script exited with 127 (a command in it was not found)",
      "↳ everything was undone: fix the script in mono.yml, or what it calls, then try again",
      "  log: ~/.mono/mono.log",
      "[1]",
    ].join("\n"),
  );
  writeFileSync(join(path, "mono.yml"), "scripts: { destroy: echo no room; exit 5 }\n");
  await world.ok(["init", path]);
  expect(said(await world.mono(["destroy", path]))).toBe(
    [
      "→ running destroy script: echo no room; exit 5",
      "no room",
      "✗ destroy script failed (exit 5) (time)",
      "✗ cannot destroy shop: the destroy script exited with 5",
      "  ┃ no room",
      "↳ nothing was removed: fix the script, or continue without it: mono destroy --force",
      "  log: ~/.mono/mono.log",
      "[1]",
    ].join("\n"),
  );
  rmSync(join(path, "mono.yml"));
  await world.ok(["destroy", path]);
});

test("the wait for another mono, and what it says when it is over", async () => {
  const path = world.workspace("shop", { "mono.yml": "scripts: { init: touch here; sleep 1000 }\n" });
  const first = world.start(["init", path]);
  const stderr = first.stderr.text();
  await eventually("the init script", () => Bun.file(join(path, "here")).exists());
  expect(said(await world.mono(["init", path]))).toBe(
    [
      "! waiting for another mono: mono init (pid 4711, since then)",
      "✗ another mono is working on this environment: mono init (pid 4711, since then)",
      "↳ wait until it has finished, then try again",
      "  log: ~/.mono/mono.log",
      "[4]",
    ].join("\n"),
  );
  first.kill("SIGINT");
  expect(said({ exitCode: await first.exited, stdout: "", stderr: await stderr })).toBe(
    [
      "✓ created data directory (time)",
      "→ running init script: touch here; sleep 1000",
      "→ undoing: interrupted by SIGINT",
      "✓ removed data directory (time)",
      "✓ everything was undone (time)",
      "✗ interrupted by SIGINT",
      "↳ run the command again: it continues, or starts over",
      "  log: ~/.mono/mono.log",
      "[130]",
    ].join("\n"),
  );
  expect(await sessions(world)).toEqual([]);
});

test("the log names the error", async () => {
  const path = world.workspace("shop", { "mono.yml": "scripts: { init: exit 7 }\n" });
  await world.mono(["init", path]);
  const log = await Bun.file(join(world.home, "mono.log")).text();
  expect(masked(log)).toContain(
    "[shop] failed (script-failed): cannot init shop: the init script exited with 7\n",
  );
});
