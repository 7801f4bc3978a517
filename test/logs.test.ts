/** `mono logs`: what containers and the run script have printed, and what comes. */
import { describe, expect, test } from "bun:test";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nothingIsLeft, processesOf } from "./support/leftovers.ts";
import { commandLines } from "./support/processes.ts";
import { openTerminal } from "./support/terminal.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, eventually, executableInShell, lines, namesIn } from "./support/world.ts";

const world = worldForEachTest();

/** Prints that it starts, each line of the workspace's file `say-<service>`, old and new, and that it ends. */
const speaker = (name: string) => ({
  image: "${BASE_IMAGE}",
  command: [
    "sh",
    "-c",
    `echo start; trap 'echo end; exit' TERM; tail -n +1 -s 1 -f /said/say-${name} & wait`,
  ],
  stop_signal: "SIGTERM",
  volumes: [".:/said"],
});
const compose = (...names: readonly string[]) =>
  JSON.stringify({ services: Object.fromEntries(names.map((name) => [name, speaker(name)])) });

function speaking(name: string, services: readonly string[], run = "echo ran"): string {
  return world.workspace(name, {
    "compose.yml": compose(...services),
    "mono.yml": JSON.stringify({ scripts: { run } }),
    ...Object.fromEntries(services.map((service) => [`say-${service}`, ""])),
  });
}

function say(path: string, service: string, ...texts: readonly string[]): void {
  appendFileSync(join(path, `say-${service}`), texts.map((text) => `${text}\n`).join(""));
}

const logsOf = async (...args: readonly string[]) => (await world.ok(["logs", ...args])).stdout;
const containerOf = (service: string) => `mono-${world.unique("shop")}-${service}-1`;

/** A `mono logs --follow` that keeps running. */
function follow(...args: readonly string[]) {
  const child = world.start(["logs", "--follow", ...args]);
  let text = "";
  const read = async () => {
    for await (const bytes of child.stdout) text += new TextDecoder().decode(bytes);
  };
  const end = read();
  return {
    child,
    has: (line: string) => eventually(line, () => lines(text).includes(line)),
    all: async () => {
      await end;
      return lines(text);
    },
  };
}

describe("what there is", () => {
  test("of containers and run, of some of them, and the last lines", async () => {
    const path = speaking("shop", ["web", "db"], "seq 1 5; printf '\\033[32mgreen\\033[0m'; exit 3");
    await world.ok(["init", path]);
    say(path, "web", "one", "\u001b[31mtwo\u001b[0m", "", "three");
    await eventually("web's lines", async () => (await logsOf(path, "web")).includes("three"));
    const web = ["start", "one", "two", "", "three"].map((line) => `web-1 | ${line}`);
    expect(lines(await logsOf(path, "web"))).toEqual(web);
    const never = await world.ok(["logs", path, "run"]);
    expect(never.stdout).toBe("");
    expect(never.stderr).toContain("has not run yet");
    await world.mono(["run", "--follow", path]);
    const run = ["1", "2", "3", "4", "5", "green"].map((line) => `run | ${line}`);
    expect(lines(await logsOf(path, "run"))).toEqual(run);
    const padded = (list: readonly string[]) => list.map((line) => line.replace(" | ", "   | "));
    const db = ["db-1  | start"];
    expect(lines(await logsOf(path))).toEqual([...db, ...web, ...padded(run)]);
    expect(lines(await logsOf("-n", "2", path, "run", "web"))).toEqual([
      ...web.slice(-2),
      ...padded(run.slice(-2)),
    ]);
    expect(await logsOf("--tail", "0", path)).toBe("");
    expect(lines(await logsOf("--tail", "all", path, "web"))).toEqual(web);
    // Containers that have ended have printed something, too.
    await docker(world, ["stop", containerOf("web")]);
    expect(lines(await logsOf(path, "web"))).toEqual([...web, "web-1 | end"]);
    expect(
      lines((await world.call(["sh", "-c", `${executableInShell} logs ${path} | head -n 1`])).stdout),
    ).toEqual(["db-1  | start"]);
    await docker(world, ["rm", containerOf("web")]);
    expect((await world.ok(["logs", path, "web"])).stderr).toContain("there is no container of web");
    await world.ok(["destroy", path]);
    await nothingIsLeft(world);
  });

  test("a service that is not there, and one called run", async () => {
    const path = speaking("shop", ["web", "run"]);
    await world.ok(["init", path]);
    await world.ok(["run", path]);
    const wrong = await world.mono(["logs", path, "wbe"]);
    expect(wrong).toMatchObject({ exitCode: 2, stdout: "" });
    expect(wrong.stderr).toContain("has no service wbe");
    expect(wrong.stderr).toContain("did you mean web?");
    const service = await world.ok(["logs", path, "run"]);
    expect(service.stdout).toBe("run-1 | start\n");
    expect(service.stderr).toContain("run is a service here");
    await eventually("the run", async () => (await logsOf(path)).includes("run   | ran\n"));
    await world.ok(["destroy", path]);

    const simple = world.workspace("simple", { "mono.yml": "scripts: { run: echo ran }\n" });
    await world.ok(["init", simple]);
    await world.ok(["run", "--follow", simple]);
    expect(await logsOf(simple)).toBe("run | ran\n");
    expect((await world.mono(["logs", simple, "web"])).stderr).toContain("without a compose file");
    expect((await world.mono(["logs", simple, "rnu"])).stderr).toContain("did you mean run?");
    expect((await world.mono(["logs", "--tail", "some", simple])).exitCode).toBe(2);
    expect((await world.mono(["logs", join(world.folder, "nowhere")])).exitCode).toBe(3);
    const env = { CONDUCTOR_WORKSPACE_PATH: simple };
    expect((await world.ok(["logs", "", "run"], { env })).stdout).toBe("run | ran\n");
  });

  test("an engine that does not answer keeps nobody from the run's output", async () => {
    const path = speaking("shop", ["web"]);
    await world.ok(["init", path]);
    await world.ok(["run", "--follow", path]);
    const programs = join(world.folder, "programs");
    mkdirSync(programs);
    writeFileSync(join(programs, "docker"), "#!/bin/sh\necho no engine >&2; exit 1\n", { mode: 0o755 });
    const env = { PATH: `${programs}:${world.env["PATH"]}` };
    const { exitCode, stderr } = await world.mono(["logs", path], { env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("no engine");
    expect(stderr).toContain(`mono logs ${path} run`);
    expect((await world.ok(["logs", path, "run"], { env })).stdout).toBe("run | ran\n");
    await world.ok(["destroy", path]);
  });

  test("lines of any length come whole", async () => {
    const path = world.workspace("shop", {
      "compose.yml": JSON.stringify({
        services: {
          web: {
            image: "${BASE_IMAGE}",
            command: ["sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x; echo; echo after"],
          },
        },
      }),
    });
    await world.ok(["init", path]);
    expect(await logsOf(path)).toBe(`web-1 | ${"x".repeat(100_000)}\nweb-1 | after\n`);
    await world.ok(["destroy", path]);
  });
});

describe("--follow", () => {
  test("keeps reading when containers stop and start, and when they are re-created", async () => {
    const path = speaking("shop", ["web", "db"]);
    await world.ok(["init", path]);
    say(path, "web", "old");
    await eventually("the first line", async () => (await logsOf(path, "web")).includes("old"));
    const followed = follow("--tail", "1", path, "web", "db");
    await followed.has("web-1 | old");
    say(path, "web", "new");
    await followed.has("web-1 | new");
    await docker(world, ["stop", containerOf("web")]);
    await followed.has("web-1 | end");
    // So fast that it may be over before anybody has looked.
    await docker(world, ["start", containerOf("web")]);
    await docker(world, ["kill", containerOf("web")]);
    await docker(world, ["start", containerOf("web")]);
    say(path, "web", "again");
    await followed.has("web-1 | again");
    await docker(world, ["rm", "-f", containerOf("web"), containerOf("db")]);
    await world.ok(["run", path]);
    say(path, "web", "later");
    await followed.has("web-1 | later");
    await world.ok(["destroy", path]);
    expect(await followed.child.exited).toBe(0);
    const seen = (await followed.all()).filter((line) => line.startsWith("web"));
    const said = (text: string) => seen.filter((line) => line === `web-1 | ${text}`).length;
    // Each start prints everything that was said before; nothing is lost, and nothing comes twice.
    const first = ["old", "new", "end", "start"].map((text) => `web-1 | ${text}`);
    expect(seen.slice(0, 4)).toEqual(first);
    expect(said("start")).toBe(3);
    expect(said("again")).toBe(2);
    await nothingIsLeft(world);
  });

  test("continues with the next run, disturbs no follower, and ends with 130", async () => {
    const path = world.workspace("shop", {
      "mono.yml": JSON.stringify({
        scripts: { run: "echo run $(cat count); cat count > seen; read -r line; seq 1 3; printf half" },
      }),
      count: "1",
    });
    await world.ok(["init", path]);
    const followed = follow(path);
    const first = world.start(["run", "--follow", path]);
    await followed.has("run | run 1");
    const late = follow("--tail", "1", path, "run");
    await late.has("run | run 1");
    await world.call(["tmux", "send-keys", "-t", `=mono-${world.unique("shop")}:`, "go", "Enter"]);
    expect(await first.exited).toBe(0);
    await followed.has("run | half");
    await late.has("run | half");
    writeFileSync(join(path, "count"), "2");
    await world.ok(["run", path]);
    await followed.has("run | run 2");
    await late.has("run | run 2");
    for (const { child } of [followed, late]) {
      child.kill("SIGINT");
      expect(await child.exited).toBe(130);
      expect(await child.stderr.text()).toBe("");
    }
    const all = ["run 1", "go", "1", "2", "3", "half", "run 2"].map((line) => `run | ${line}`);
    expect(await followed.all()).toEqual(all);
    await world.ok(["destroy", path]);
    await nothingIsLeft(world);
  });

  test("ends when the environment is destroyed, when its reader leaves, and holds no lock", async () => {
    const path = speaking("shop", ["web"], "while :; do echo line; sleep 0.05; done");
    await world.ok(["init", path]);
    const followed = follow(path);
    await world.ok(["run", path]);
    await followed.has("run   | line");
    const { stdout } = await world.call(["sh", "-c", `${executableInShell} logs -f ${path} run | head -n 1`]);
    expect(stdout).toBe("run | line\n");
    await world.ok(["destroy", path]);
    expect(await followed.child.exited).toBe(0);
    expect(await followed.child.stderr.text()).toContain("is destroyed");
    await nothingIsLeft(world);
  });

  test("reads on past what the collector throws away, while the script prints without end", async () => {
    const path = world.workspace("shop", { "mono.yml": "scripts: { run: seq 1 100000000 }\n" });
    await world.ok(["init", path]);
    await world.ok(["run", path]);
    const own = join(world.home, "environments", world.unique("shop"));
    await eventually(
      "parts that are gone",
      () =>
        !namesIn(own).some((name) => /^run-output-.*\.1$/.test(name)) &&
        namesIn(own).some((name) => /^run-output-.*\.\d+$/.test(name)),
    );
    const { stdout } = await world.call([
      "sh",
      "-c",
      `${executableInShell} logs -f ${path} | head -n 2000000 | tail -n 1000000`,
    ]);
    const texts = lines(stdout).map((line) => line.slice("run | ".length));
    const numbers = texts.map(Number);
    expect(numbers.length).toBe(1_000_000);
    // A reader that is too slow has the beginning of a line whose end is gone.
    const follows = (text: string, before: number) =>
      Number(text) > before || String(before + 1).startsWith(text);
    expect(texts.filter((text, index) => index > 0 && !follows(text, numbers[index - 1] ?? 0))).toEqual([]);
    // Of the last two: the end of what there is may be in the middle of a line.
    const [last] = lines(await logsOf("--tail", "2", path));
    expect(Number(last?.slice("run | ".length))).toBeGreaterThan(numbers.at(-1) ?? 0);
    await world.ok(["destroy", path]);
  });
});

test("a container whose output cannot be read is tried again and again, and complained of once", async () => {
  const path = world.workspace("shop", {
    "compose.yml":
      'services:\n  web: { image: "${BASE_IMAGE}", command: sleep 1000, init: true, logging: { driver: none } }\n',
  });
  await world.ok(["init", path]);
  const asked = join(world.folder, "asked");
  const folder = join(world.folder, "bin");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "docker"),
    `#!/bin/sh\n[ "$1" = logs ] && echo >>${asked}\nexec ${Bun.which("docker")} "$@"\n`,
    { mode: 0o755 },
  );
  const env = { PATH: `${folder}:${world.env["PATH"]}` };
  const child = world.start(["logs", "--follow", path], { env });
  await eventually("three tries", () => existsSync(asked) && readFileSync(asked, "utf8").length >= 3);
  await world.ok(["destroy", path]);
  const said = lines(await child.stderr.text());
  expect(said.filter((line) => line.includes("does not support reading"))).toHaveLength(1);
  expect(await child.exited).toBe(0);
});

test("nothing of a follower lives on that was killed", async () => {
  const path = speaking("shop", ["web"]);
  await world.ok(["init", path]);
  const followed = follow(path);
  await followed.has("web-1 | start");
  const asking = () =>
    commandLines().filter(
      ({ command }) => /docker (logs|events)/.test(command) && command.includes(world.unique("shop")),
    );
  const logging = () => processesOf(world).filter((line) => line.includes("docker logs"));
  await eventually("the questions", () => asking().length > 0 && logging().length > 0);
  followed.child.kill("SIGKILL");
  await eventually("the end of the questions", () => asking().length === 0 && logging().length === 0);
  await world.ok(["destroy", path]);
});

test("colours stay on a terminal", async () => {
  const path = world.workspace("shop", {
    "mono.yml": JSON.stringify({ scripts: { run: "printf '\\033[31mred\\033[0m\\n10%%\\r20%%\\n'" } }),
  });
  await world.ok(["init", path]);
  await world.ok(["run", "--follow", path]);
  const shown = join(world.folder, "shown");
  const line = `script -qec '${executableInShell} logs ${path}' ${shown} >/dev/null`;
  const terminal = await openTerminal(world, `TERM=xterm ${line}`);
  expect(await terminal.status()).toBe(0);
  const prefix = "\u001b[36mrun |\u001b[0m ";
  expect(existsSync(shown) && readFileSync(shown, "utf8")).toContain(
    `${prefix}\u001b[31mred\u001b[0m\u001b[0m\r\n${prefix}10%\r${prefix}20%\r\n`,
  );
});
