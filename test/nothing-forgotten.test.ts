/** Nothing is taken for gone because it cannot be seen, and nothing is left because it moved. */
import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nothingIsLeft } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executableInShell, lines, sessions } from "./support/world.ts";

const world = worldForEachTest();

const isAlive = (pid: number) => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "latin1").includes(") Z ");
  } catch {
    return false;
  }
};

/** The process that has written its id to a file of the workspace. */
async function pidIn(file: string): Promise<number> {
  return await eventually(file, () => (existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined));
}

/** A program of its own session, that ignores the end of everything around it, and says its id. */
const daemon = (file: string) =>
  `setsid sh -c 'echo $$ > ${file}.new; mv ${file}.new ${file}; exec sleep 98765' &`;

const socket = () => join(world.folder, "tmux", `tmux-${process.getuid?.() ?? 0}`, "default");

/** Each makes the session invisible, and gives what a call needs for that, and what makes it visible again. */
const blindfolds: Record<string, () => { env: Record<string, string>; undo: () => void }> = {
  "the server's socket is gone"() {
    renameSync(socket(), `${socket()}-away`);
    return { env: {}, undo: () => renameSync(`${socket()}-away`, socket()) };
  },
  "another TMUX_TMPDIR"() {
    const folder = join(world.folder, "other");
    mkdirSync(folder, { recursive: true });
    return { env: { TMUX_TMPDIR: folder }, undo() {} };
  },
  "a client that is older than the server"() {
    const bin = join(world.folder, "bin");
    mkdirSync(bin, { recursive: true });
    const says = `case $* in *-V*) echo "tmux 3.3a";; *) echo "server version is too old for client" >&2; exit 1;; esac`;
    writeFileSync(join(bin, "tmux"), `#!/bin/sh\n${says}\n`);
    chmodSync(join(bin, "tmux"), 0o755);
    return { env: { PATH: `${bin}:${process.env["PATH"]}` }, undo() {} };
  },
};

test.each(Object.keys(blindfolds))(
  "%s: neither destroy nor a second init forgets the session",
  async (what) => {
    const path = world.workspace("seen", { "mono.yml": "scripts:\n  destroy: touch destroyed\n" });
    const kept = world.workspace("kept", { "mono.yml": "scripts:\n  setup: exit 1\n" });
    const session = `mono-${world.unique("seen")}`;
    await world.ok(["init", path]);
    expect((await world.mono(["init", "--keep", kept])).exitCode).toBe(1);
    const pane = Number(
      (await world.call(["tmux", "display-message", "-p", "-t", `=${session}:`, "#{pane_pid}"])).stdout,
    );
    const { env, undo } = blindfolds[what]?.() ?? { env: {}, undo() {} };
    for (const args of [
      ["destroy", path],
      ["run", path],
      ["init", kept],
    ]) {
      const { exitCode, stderr } = await world.mono(args, { env });
      expect({ args, exitCode, isBug: /defect|\bat .*\.ts/.test(stderr) }).toMatchObject({
        args,
        isBug: false,
      });
      expect(exitCode).not.toBe(0);
      expect(stderr).not.toContain("is destroyed");
    }
    expect(isAlive(pane)).toBe(true);
    expect(existsSync(join(path, "destroyed"))).toBe(false);
    const listed = await world.mono(["list"], { env });
    expect(listed.exitCode).toBe(0);
    expect(listed.stdout).toContain("tmux unreachable");
    undo();
    expect(await sessions(world)).toContain(session);
    for (const each of [path, kept]) await world.ok(["destroy", each]);
    expect(isAlive(pane)).toBe(false);
    expect(await sessions(world)).toEqual([]);
  },
);

test("the hint for a socket that is gone is true: SIGUSR1 makes it again", async () => {
  const path = world.workspace("socket", {});
  await world.ok(["init", path]);
  rmSync(socket());
  const { exitCode, stderr } = await world.mono(["destroy", path]);
  expect(exitCode).toBe(1);
  const [command = ""] = /kill -USR1 \d+/.exec(stderr) ?? [];
  await world.call(["sh", "-c", command]);
  await eventually("the socket", () => existsSync(socket()));
  await world.ok(["destroy", path]);
  expect(await sessions(world)).toEqual([]);
});

test("a session that was renamed is still the environment's", async () => {
  const path = world.workspace("renamed", { "mono.yml": "scripts:\n  run: touch ran\n" });
  const name = `mono-${world.unique("renamed")}`;
  await world.ok(["init", path]);
  const rename = () => world.call(["tmux", "rename-session", "-t", `=${name}`, "mine"]);
  await rename();
  expect((await world.ok(["list"])).stdout).toContain("running");
  await world.ok(["run", path]);
  expect(await sessions(world)).toEqual([name]);
  await rename();
  await world.ok(["destroy", path]);
  expect(await sessions(world)).toEqual([]);
});

test("a server that is gone is proof: destroy forgets its session", async () => {
  const path = world.workspace("server", {});
  await world.ok(["init", path]);
  await world.call(["tmux", "kill-server"]);
  await eventually("stopped", async () => (await world.ok(["list"])).stdout.includes("stopped"));
  await world.ok(["destroy", path]);
  expect((await world.ok(["list"])).stdout).not.toContain(path);
});

test("what scripts have put into sessions of their own ends with destroy, with a failed init, and before a second one", async () => {
  const path = world.workspace("daemons", {});
  const write = (setup: string) =>
    writeFileSync(
      join(path, "mono.yml"),
      `scripts:\n  init: |\n    ${daemon("init.pid")}\n  setup: |\n    (${daemon("setup.pid")})\n    ${setup}\n`,
    );
  const pids = async () => [await pidIn(join(path, "init.pid")), await pidIn(join(path, "setup.pid"))];
  const forget = () => ["init.pid", "setup.pid"].forEach((file) => rmSync(join(path, file)));
  write("while ! test -e setup.pid; do sleep 0.05; done");
  await world.ok(["init", path]);
  const made = await pids();
  expect(made.map(isAlive)).toEqual([true, true]);
  await world.ok(["destroy", path]);
  expect(made.map(isAlive)).toEqual([false, false]);

  forget();
  write("while ! test -e setup.pid; do sleep 0.05; done; exit 1");
  expect((await world.mono(["init", path])).stderr).toContain("everything was undone");
  expect((await pids()).map(isAlive)).toEqual([false, false]);

  forget();
  expect((await world.mono(["init", "--keep", path])).exitCode).toBe(1);
  const kept = await pids();
  expect(kept.map(isAlive)).toEqual([true, true]);
  write("true");
  forget();
  await world.ok(["init", path]);
  expect(kept.map(isAlive)).toEqual([false, false]);
  await world.ok(["destroy", path]);
});

test("a server that was started detached in the session ends; a person's own in the workspace is named and lives", async () => {
  const path = world.workspace("detached", {});
  const name = world.unique("detached");
  await world.ok(["init", path]);
  const type = (text: string) => world.call(["tmux", "send-keys", "-t", `=mono-${name}:`, text, "Enter"]);
  await type(daemon("agent.pid"));
  const agents = await pidIn(join(path, "agent.pid"));
  const persons = Bun.spawn(["sleep", "98765"], {
    cwd: path,
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
  });
  // They have evaluated its variables, as the docs say.
  const evaluated = Bun.spawn(["sh", "-c", `eval "$(${executableInShell} vars ${path})"; exec sleep 98765`], {
    env: { ...world.env },
    stdio: ["ignore", "ignore", "ignore"],
  });
  const many = Array.from({ length: 12 }, () =>
    Bun.spawn(["sleep", "98764"], { cwd: path, stdio: ["ignore", "ignore", "ignore"], detached: true }),
  );
  const { stderr } = await world.ok(["destroy", path]);
  for (const each of many) each.kill("SIGKILL");
  expect(stderr).toMatch(/(sleep \(pid \d+\)(, | and )){10}3 more/);
  expect(isAlive(agents)).toBe(false);
  expect([persons, evaluated].map(({ pid }) => isAlive(pid))).toEqual([true, true]);
  expect(stderr).toContain(`sleep (pid ${persons.pid})`);
  for (const each of [persons, evaluated]) each.kill("SIGKILL");
});

test("a supervisor is told first, and ends its own children", async () => {
  const supervisor = [
    "trap 'kill -USR1 $child; wait $child; echo clean > ended; exit 0' TERM",
    'sh -c \'trap "echo by supervisor > how; exit" USR1; trap "echo by mono > how; exit" TERM; while :; do sleep 0.05; done\' & child=$!',
    "echo $$ > up; while :; do wait $child; done",
  ].join("\n");
  const path = world.workspace("supervised", {
    "supervisor.sh": supervisor,
    "mono.yml":
      "scripts:\n  setup: |\n    setsid sh supervisor.sh >/dev/null 2>&1 &\n    while ! test -e up; do sleep 0.05; done\n",
  });
  await world.ok(["init", path]);
  await world.ok(["destroy", path]);
  expect(readFileSync(join(path, "ended"), "utf8")).toBe("clean\n");
  expect(lines(readFileSync(join(path, "how"), "utf8"))).toEqual(["by supervisor"]);
});

test("destroy from inside the session ends what was detached there", async () => {
  const path = world.workspace("inside", {});
  const name = world.unique("inside");
  await world.ok(["init", path]);
  const type = (text: string) => world.call(["tmux", "send-keys", "-t", `=mono-${name}:`, text, "Enter"]);
  await type(daemon("agent.pid"));
  const agents = await pidIn(join(path, "agent.pid"));
  await type(`${executableInShell} destroy`);
  await eventually("the end of the session", async () => (await sessions(world)).length === 0);
  expect(isAlive(agents)).toBe(false);
  // With mono itself, which outlives the session.
  await nothingIsLeft(world);
});
