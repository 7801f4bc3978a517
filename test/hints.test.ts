/** Hints that are commands can be typed: they exist, they take their flags, and they show what the hint promises. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createApplication } from "../src/cli/application.ts";
import { commandsOf } from "../src/cli/usage/commands.ts";
import { visibleFlags } from "../src/cli/usage/flags.ts";
import { areas } from "../src/error/catalogue/index.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";

const world = worldForEachTest();

const commands = commandsOf(await createApplication({ version: "", inputs: [], renderError: String }));
const names = commands.map(({ name }) => name).join("|");
const entries = areas.flatMap(({ errors }) => Object.values(errors));

test("every mono command of a hint takes the flags that stand there", () => {
  const mistakes = entries.flatMap((entry) => {
    const { hint } = entry.example();
    const calls = [
      ...`${hint}\n${entry.when}`.matchAll(
        new RegExp(`mono (${names})((?: --?[a-z-]+| <\\w+>| \\S+)*)`, "g"),
      ),
    ];
    return calls.flatMap(([, name, rest = ""]) => {
      const command = commands.find((one) => one.name === name)?.command;
      const known = command === undefined ? [] : visibleFlags(command).map((flag) => `--${flag.name}`);
      const own = rest.split(" -- ")[0] ?? "";
      const flags = [...own.matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag);
      return flags
        .filter((flag) => ![...known, "--help"].includes(flag))
        .map((flag) => `${entry.id}: ${name} ${flag}`);
    });
  });
  expect(mistakes).toEqual([]);
});

/** The commands of a hint as one would copy them. */
function commandIn(stderr: string, pattern: RegExp): string {
  const [, command] = pattern.exec(stderr) ?? [];
  if (command === undefined) throw new Error(`no such hint: ${stderr}`);
  return command;
}

test("what Compose has refused it refuses when it is asked as the hint says", async () => {
  const path = world.workspace("it's refused", { "mono.yml": "compose: { files: [nope.yml] }\n" });
  const missing = await world.mono(["init", path]);
  expect(missing.exitCode).toBe(2);
  const check = () => world.call(["sh", "-c", commandIn(missing.stderr, /to check: (.*)$/m)]);
  expect((await check()).stderr).toContain("nope.yml");
  writeFileSync(join(path, "nope.yml"), "services: { web: { image: a } }\n");
  expect(await check()).toMatchObject({ exitCode: 0, stdout: "" });
});

test("an environment that exists: what the hints of its errors name works", async () => {
  const path = world.workspace("hinted", { "mono.yml": "scripts:\n  run: 'true'\n" });
  const name = world.unique("hinted");
  await world.ok(["init", path]);
  const here = await world.mono(["vars"]);
  expect(here.stderr).toContain("mono list shows those that exist");
  expect((await world.ok(["list"])).stdout).toContain(name);
  const near = await world.mono(["run", name.replace("hinted", "hintd")]);
  await world.ok(["vars", commandIn(near.stderr, /did you mean (\S+)\?/)]);
  const exists = await world.mono(["init", path]);
  // The caller is not in the workspace: a command without its name would not find it.
  await world.ok(["run", commandIn(exists.stderr, /mono run (\S+) starts it again/)]);
  await world.ok(["destroy", commandIn(exists.stderr, /mono destroy (\S+) removes it/)]);
});

test("an init that fails before there is anything to keep is undone, and says why it failed", async () => {
  const path = world.workspace("nothing kept", {});
  mkdirSync(world.home, { recursive: true });
  symlinkSync("/no/such/folder", join(world.home, "environments"));
  const { exitCode, stderr } = await world.mono(["init", "--keep", path]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
  expect(stderr).toContain("cannot keep what was made");
  expect(stderr).toContain("is there already, and is not this environment's");
  expect(stderr).toContain("everything was undone");
  expect((await world.ok(["list"])).stdout).not.toContain(path);
});

test("an init that failed and was kept: the hints of its errors work from elsewhere", async () => {
  const path = world.workspace("kept hint", { "mono.yml": "scripts:\n  init: test -e /no/such; exit 3\n" });
  const kept = await world.mono(["init", "--keep", path]);
  const refused = await world.mono(["run", path]);
  writeFileSync(join(path, "mono.yml"), "");
  for (const { stderr } of [kept, refused]) {
    expect(stderr).toContain(`mono init '${path}' starts afresh`);
    await world.ok(["vars", commandIn(stderr, /mono destroy (\S+) removes it/)]);
  }
  await world.ok(["init", path]);
  rmSync(path, { recursive: true });
  const gone = await world.mono(["init", path]);
  await world.ok(["destroy", commandIn(gone.stderr, /mono destroy (\S+) removes what is left/)]);
});
