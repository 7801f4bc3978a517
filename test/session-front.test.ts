/** What the person has in front in the session: `mono run` leaves it alone, and `--force` replaces it. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { askShell } from "./support/conductor.ts";
import { commandLines } from "./support/processes.ts";
import { createWorld, disposeWorld, eventually, type World } from "./support/world.ts";

/** What is typed, and what `ps` calls it. `.text` is a long file. */
const programs = {
  vim: { typed: "vim -u NONE .text", command: "vim" },
  vi: { typed: "busybox vi .text", command: "busybox" },
  less: { typed: "less .text", command: "less" },
  cat: { typed: "cat", command: "cat" },
  top: { typed: "top", command: "top" },
  "a password prompt of a program": { typed: "sh -c 'stty -echo; cat'", command: "cat|sh" },
  "a password prompt of the shell": { typed: "read -rs -p secret: secret", command: "a password prompt" },
} as const;

async function inFront(world: World, { typed, command }: (typeof programs)[keyof typeof programs]) {
  const path = world.workspace("front", {
    "mono.yml": "scripts:\n  run: touch started\n",
    ".text": "x\n".repeat(999),
  });
  const session = `mono-${world.unique("front")}`;
  await world.ok(["init", path]);
  const [pane] = await panes(world, session);
  await askShell(world, session, path, "true");
  await world.call(["tmux", "send-keys", "-t", `=${session}:`, "-l", "--", typed]);
  await world.call(["tmux", "send-keys", "-t", `=${session}:`, "Enter"]);
  await eventually(`${typed} in front`, async () => {
    const { stdout } = await world.call(["tmux", "capture-pane", "-p", "-t", `=${session}:`]);
    const isFront = (await world.call(["ps", "-o", "tpgid=,pgid=,comm=", "-t", pane?.tty ?? ""])).stdout
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      // A Mac shows the whole path of a program.
      .some(([front, group, comm = ""]) => front === group && new RegExp(`^(.*/)?(${command})$`).test(comm));
    return isFront || (command === "a password prompt" && stdout.trimEnd().endsWith("secret:"));
  });
  return { path, session };
}

async function panes(world: World, session: string) {
  const format = "#{pane_tty} #{pane_pid}";
  const { stdout } = await world.call(["tmux", "list-panes", "-s", "-t", `=${session}:`, "-F", format]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => ({ tty: line.split(" ")[0] ?? "", pid: Number(line.split(" ")[1]) }));
}

async function play(program: (typeof programs)[keyof typeof programs]): Promise<void> {
  const world = createWorld({ shell: "bash" });
  try {
    const { path, session } = await inFront(world, program);
    const screen = async () =>
      (await world.call(["tmux", "capture-pane", "-p", "-t", `=${session}:`])).stdout;
    const before = await panes(world, session);
    // A shell that has just started has commands of its own in front, and is given the time for them.
    await eventually("a shell that has started", async () => {
      const age = await world.call(["ps", "-o", "etime=", "-p", String(before[0]?.pid)]);
      return /:0[6-9]|:[1-5]\d$/.test(age.stdout.trim());
    });
    // By now the program has drawn all that it has to show.
    const shown = await screen();
    const asked = performance.now();
    const refused = await world.mono(["run", path]);
    expect(performance.now() - asked).toBeLessThan(4000);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(new RegExp(`(${program.command}) is in the foreground of its terminal`));
    expect(refused.stderr).toContain("mono run --force");
    expect(existsSync(join(path, "started"))).toBe(false);
    expect(await panes(world, session)).toEqual(before);
    if (program.command !== "top") expect(await screen()).toBe(shown);
    await world.ok(["run", "--force", path]);
    await eventually("the run", () => existsSync(join(path, "started")));
    expect(await askShell(world, session, path, 'echo "$MONO_ENV_NAME $PWD"')).toBe(
      `${world.unique("front")} ${path}\n`,
    );
    const old = before[0]?.pid;
    expect(commandLines().some(({ pid, command }) => pid === old && command.includes(".text"))).toBe(false);
    await world.ok(["destroy", path]);
  } finally {
    await disposeWorld(world);
  }
}

test("a program of the person's is left alone, and replaced by --force", async () => {
  // At once, since each waits for its shell to have started long ago.
  const played = Object.entries(programs).map(async ([name, program]) => {
    try {
      await play(program);
      return [];
    } catch (error) {
      return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
  const failures = (await Promise.all(played)).flat();
  expect(failures).toEqual([]);
});
