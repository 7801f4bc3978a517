/** The pane of a run under each shell that may be `sh`: Ctrl-Z, Ctrl-C, signals. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, type World } from "./support/world.ts";

const world = worldForEachTest();

/** Makes a shell the `sh` of the world's tmux server. */
function withShell(shell: string) {
  const programs = join(world.folder, "programs");
  mkdirSync(programs);
  symlinkSync(Bun.which(shell) ?? shell, join(programs, "sh"));
  return { PATH: `${programs}:${world.env["PATH"]}` };
}

async function start(shell: string, run: string) {
  const env = withShell(shell);
  const path = world.workspace("shell", { "mono.yml": JSON.stringify({ scripts: { run } }) });
  await world.ok(["init", path], { env });
  const child = world.start(["run", "--follow", path], { env });
  let text = "";
  const end = (async () => {
    for await (const bytes of child.stdout) text += new TextDecoder().decode(bytes);
  })();
  const session = `=mono-${world.unique("shell")}:`;
  return {
    child,
    has: (part: string, times = 1) => eventually(part, () => text.split(part).length > times),
    type: (...keys: readonly string[]) => world.call(["tmux", "send-keys", "-t", session, ...keys]),
    pane: async () => (await world.call(["tmux", "capture-pane", "-p", "-t", session])).stdout,
    async status() {
      const status = await child.exited;
      await end;
      return status;
    },
  };
}

describe.each(["dash", "bash"])("under %s", (shell) => {
  test("a run that Ctrl-Z has stopped is continued, as often as that is", async () => {
    const run = await start(shell, "echo started; read -r line; echo got $line; exit 148");
    await run.has("started");
    for (const times of [1, 2, 3]) {
      await run.type("C-z");
      await run.has("the run was stopped, and is continued", times);
    }
    await run.type("word", "Enter");
    await run.has("got word");
    expect(await run.status()).toBe(148);
  });

  test("Ctrl-C in the pane ends the run and not its pane", async () => {
    const run = await start(
      shell,
      "trap 'echo caught; exit 5' INT; echo started; while :; do sleep 0.1; done",
    );
    await run.has("started");
    await run.type("C-c");
    await run.has("caught");
    expect(await run.status()).toBe(5);
    expect(await shellAnswers(world)).toBe(true);
  });

  test("a script that dies of Ctrl-C gives 130", async () => {
    const run = await start(shell, "echo started; exec sleep 1000");
    await run.has("started");
    await run.type("C-c");
    expect(await run.status()).toBe(130);
    expect(await shellAnswers(world)).toBe(true);
  });

  test.each(["TERM", "KILL", "HUP", "QUIT"])(
    "SIG%s leaves no source of mono's in the pane",
    async (signal) => {
      const run = await start(shell, "echo started; exec sleep 1000");
      await run.has("started");
      const own = join(world.home, "environments", world.unique("shell"), "run-group");
      process.kill(-Number(readFileSync(own, "utf8").split(" ")[0]), `SIG${signal}` as NodeJS.Signals);
      expect(await run.status()).toBeGreaterThan(128);
      expect(await run.pane()).not.toMatch(/mono-run|MONO_RUN_TOKEN|exec/);
    },
  );
});

async function shellAnswers({ call, unique, folder }: World): Promise<boolean> {
  const file = join(folder, "answered");
  return await eventually("the prompt", async () => {
    await call(["tmux", "send-keys", "-t", `=mono-${unique("shell")}:`, `touch ${file}`, "Enter"]);
    return await Bun.file(file).exists();
  });
}
