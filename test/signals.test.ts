/** A signal is heard whatever mono waits for, and what a caller has it ignore stays ignored. */
import { expect, test } from "bun:test";
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { nothingIsLeft } from "./support/leftovers.ts";
import { isAnyRunning, statOf } from "./support/processes.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { baseImage, eventually, executable } from "./support/world.ts";

const world = worldForEachTest();

test("a pipe as env_file, which nobody writes to", async () => {
  const path = world.workspace("shop", {
    "compose.yml": `services:\n  web: { image: ${baseImage}, env_file: [pipe] }\n`,
  });
  await world.call(["mkfifo", join(path, "pipe")]);
  const child = world.start(["init", path]);
  await eventually("Compose waits for the pipe", () => isWaitingFor(join(path, "pipe")));
  child.kill("SIGTERM");
  expect(await child.exited).toBe(143);
  await nothingIsLeft(world);
});

/** True if a process of this machine has the compose file's reader at work: it was called for this world. */
function isWaitingFor(pipe: string): boolean {
  const { stdout } = Bun.spawnSync(["pgrep", "-f", `compose.* -p mono-${world.unique("shop")}`]);
  return existsSync(pipe) && stdout.toString().trim() !== "";
}

test("standard error that nobody reads", async () => {
  // More than a pipe holds.
  const flood = "yes 'a line of some length' | head -n 10000; touch flooded; sleep 1000";
  const path = world.workspace("shop", { "mono.yml": `scripts:\n  init: ${flood}\n` });
  const pipe = join(world.folder, "unread");
  await world.call(["mkfifo", pipe]);
  const unread = openSync(pipe, constants.O_RDWR);
  const child = Bun.spawn([executable, "init", path], {
    env: world.env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: unread,
  });
  try {
    await eventually("the flood", () => existsSync(join(path, "flooded")));
    child.kill("SIGTERM");
    expect(await child.exited).toBe(143);
  } finally {
    closeSync(unread);
  }
  await nothingIsLeft(world);
});

test("a mono.yml that is no file, or only looks like one", async () => {
  const targets = ["/dev/zero", "/dev/tty", ...(process.getuid?.() === 0 ? ["/proc/kmsg"] : [])];
  for (const target of targets) {
    const path = world.workspace("shop", {});
    symlinkSync(target, join(path, "mono.yml"));
    expect(await world.mono(["init", path])).toMatchObject({ exitCode: 2, stdout: "" });
    Bun.spawnSync(["rm", join(path, "mono.yml")]);
  }
  await nothingIsLeft(world);
});

test("the lines of a file that is no mono.yml of the workspace are not shown", async () => {
  const secret = join(world.folder, "shadow");
  writeFileSync(secret, "root:$6$secret:19000::\nkey: [\n");
  const path = world.workspace("shop", {});
  symlinkSync(secret, join(path, "mono.yml"));
  const refused = await world.mono(["init", path]);
  expect(refused).toMatchObject({ exitCode: 2 });
  expect(refused.stderr).toContain(`leads to ${secret}`);
  expect(refused.stderr).not.toContain("secret:");
  expect(readFileSync(join(world.home, "mono.log"), "utf8")).not.toContain("secret:");
});

test("SIGHUP that the caller ignores, as nohup does, stays ignored", async () => {
  const path = world.workspace("shop", {
    "mono.yml": "scripts:\n  init: touch begun; while [ ! -e go ]; do sleep 0.05; done\n",
  });
  const child = Bun.spawn(["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", executable, "init", path], {
    env: world.env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  await eventually("the init script", () => existsSync(join(path, "begun")));
  child.kill("SIGHUP");
  writeFileSync(join(path, "go"), "");
  expect(await child.exited).toBe(0);
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("what the destroy script leaves in the background ends with it", async () => {
  const path = world.workspace("shop", {
    "mono.yml": "scripts:\n  destroy: sleep 1000 >/dev/null 2>&1 & echo $! > pid\n",
  });
  await world.ok(["init", path]);
  await world.ok(["destroy", path]);
  const pid = Number(readFileSync(join(path, "pid"), "utf8"));
  expect(statOf(pid)).not.toMatch(/\) [RS] /);
  await nothingIsLeft(world);
});

test("a bystander that has got the number of a dead mono's group is left alone", async () => {
  const path = world.workspace("shop", {
    "mono.yml": "scripts:\n  init: touch begun; sleep 1000\n",
  });
  const child = world.start(["init", path]);
  await eventually("the init script", () => existsSync(join(path, "begun")));
  child.kill("SIGKILL");
  await child.exited;
  const holder = (await world.call(["sh", "-c", `echo "${world.home}"/locks/*.holder`])).stdout.trim();
  const written = JSON.parse(readFileSync(holder, "utf8")) as { groups: { pgid: number }[] };
  // A group whose first process has ended, and one that has it still: neither is mono's.
  const plain = { stdin: "pipe", stdout: "ignore", stderr: "ignore", detached: true } as const;
  const leaderless = Bun.spawn(["sh", "-c", "sleep 1000 & read -r end"], {
    ...plain,
    env: { PATH: world.env["PATH"] ?? "" },
  });
  void leaderless.stdin.end();
  await leaderless.exited;
  const led = Bun.spawn(["sleep", "1000"], plain);
  const [first] = written.groups;
  const reused = [leaderless.pid, led.pid].map((pgid) => ({ ...first, pgid }));
  writeFileSync(holder, JSON.stringify({ ...written, groups: [...written.groups, ...reused] }));
  await world.ok(["destroy", path]);
  const alive = [leaderless.pid, led.pid].map(isAnyRunning);
  for (const pid of [leaderless.pid, led.pid]) process.kill(-pid, "SIGKILL");
  expect(alive).toEqual([true, true]);
  await nothingIsLeft(world);
});
