/** Which environment is meant when nothing is typed, or a word that means two; and what mono says of an odd place. */
import { expect, test } from "bun:test";
import { mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { unprivileged } from "./support/unprivileged.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executable, lines, sessions } from "./support/world.ts";

const world = worldForEachTest();

const script = { "mono.yml": "scripts:\n  run: echo ran\n" };

test("without an argument: Conductor's workspace, the session's, that of the current folder", async () => {
  const [one, two] = [world.workspace("one", script), world.workspace("two", script)];
  for (const path of [one, two]) await world.ok(["init", path]);
  const inside = join(one, "services/api");
  mkdirSync(inside, { recursive: true });
  const meant = async (cwd: string, env = {}) =>
    /MONO_ENV_PATH="(.*)"/.exec((await world.ok(["vars"], { cwd, env })).stdout)?.[1];
  expect(await meant(inside)).toBe(one);
  expect(await meant(inside, { MONO_ENV_PATH: two })).toBe(two);
  expect(await meant(inside, { MONO_ENV_PATH: one, CONDUCTOR_WORKSPACE_PATH: two })).toBe(two);
  expect(await meant(world.folder, { MONO_ENV_PATH: two, CONDUCTOR_WORKSPACE_PATH: "" })).toBe(two);
  await world.ok(["run"], { cwd: inside });
  await eventually("the run's output", async () =>
    (await world.ok(["logs"], { cwd: inside })).stdout.includes("ran"),
  );
  expect((await world.ok(["exec", "--", "pwd"], { cwd: inside })).stdout).toBe(`${one}\n`);
  const nowhere = await world.mono(["vars"]);
  expect(nowhere).toMatchObject({ exitCode: 2, stdout: "" });
  expect(nowhere.stderr).toContain("no workspace given, and");

  // init takes none but Conductor's.
  const init = await world.mono(["init"], { cwd: inside, env: { MONO_ENV_PATH: two } });
  expect(init).toMatchObject({ exitCode: 2 });
  expect(init.stderr).toContain("no workspace given");

  // Where something is removed, all of them have to mean one.
  for (const env of [{ MONO_ENV_PATH: two }, { CONDUCTOR_WORKSPACE_PATH: two }]) {
    const refused = await world.mono(["destroy"], { cwd: inside, env });
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain(`says ${two}, the current folder says ${one}`);
  }
  expect(await sessions(world)).toHaveLength(2);
  await world.ok(["destroy"], { cwd: inside, env: { MONO_ENV_PATH: one } });
  await world.ok(["destroy"], { cwd: two });
  expect(await sessions(world)).toEqual([]);
});

test("a name is refused by destroy where the current folder would get it, too", async () => {
  const path = world.workspace("twin", {});
  const name = basename(path);
  const other = join(world.folder, "elsewhere", name);
  mkdirSync(other, { recursive: true });
  await world.ok(["init", path]);
  const refused = await world.mono(["destroy", name], { cwd: other });
  expect(refused).toMatchObject({ exitCode: 2 });
  expect(refused.stderr).toContain(`write ${path} for the environment, . for the folder`);
  expect((await world.ok(["vars", name], { cwd: other })).stdout).toContain(path);
  await world.ok(["destroy", name], { cwd: path });
});

test("a nested environment is made, and said, from inside and from outside", async () => {
  const path = world.workspace("outer", script);
  const inner = join(path, "services/api");
  mkdirSync(inner, { recursive: true });
  const name = world.unique("outer");
  await world.ok(["init", path]);
  expect((await world.ok(["init", "."], { cwd: inner })).stderr).toContain(
    `this folder is in the workspace of ${name}, ${path}`,
  );
  await world.ok(["destroy", path]);
  expect((await world.ok(["init", path])).stderr).toContain(
    `there are environments for folders in this one: api (${inner})`,
  );
  const refused = await world.mono(["destroy"], { cwd: inner });
  expect(refused).toMatchObject({ exitCode: 2 });
  expect(refused.stderr).toContain(`the current folder is in ${inner} and in ${path}`);
  for (const each of [inner, path]) await world.ok(["destroy", each]);
});

test("init says what it has not found, and names what comes near", async () => {
  const bare = world.workspace("bare", {});
  expect((await world.ok(["init", bare])).stderr).toContain(`no mono.yml and no compose file in ${bare}`);
  for (const name of ["mono.yaml", ".mono.yml", "mono.yml.txt"]) {
    const path = world.workspace(name, { [name]: "scripts: { run: 'true' }\n" });
    expect((await world.ok(["init", path])).stderr).toContain(
      `${name} is not read: the file has to be called mono.yml`,
    );
    await world.ok(["destroy", path]);
  }
  const other = world.workspace("other", { "docker-compose.dev.yml": "services: {}\n" });
  expect((await world.ok(["init", other])).stderr).toContain(
    "(compose: { files: [docker-compose.dev.yml] })",
  );
  const whole = world.workspace("whole", script);
  expect((await world.ok(["init", whole])).stderr).not.toContain("!");
  for (const each of [bare, other, whole]) await world.ok(["destroy", each]);
});

test("a folder that is gone is known to have an environment", async () => {
  const path = world.workspace("gone", script);
  const name = world.unique("gone");
  await world.ok(["init", path]);
  renameSync(path, `${path}-moved`);
  for (const args of [["run"], ["attach"], ["exec", "--", "true"]]) {
    const [command = "", ...rest] = args;
    const { exitCode, stderr } = await world.mono([command, name, ...rest]);
    expect(exitCode).toBe(2);
    if (command === "attach") continue;
    expect(stderr).toContain(`the folder of ${name} is gone: ${path}`);
    expect(stderr).toContain(`mono destroy ${name} removes what is left of it`);
  }
  await world.ok(["destroy", name]);
});

test("a folder that the user may not look at is not said to be gone", async () => {
  const path = world.workspace("closed/shop", { "mono.yml": "scripts: { run: 'true', destroy: 'true' }\n" });
  const { call, mono } = unprivileged(world);
  expect(await mono(["init", path])).toMatchObject({ exitCode: 0 });
  await call(["chmod", "000", dirname(path)]);
  const list = await mono(["list"]);
  const run = await mono(["run", path]);
  const destroy = await mono(["destroy", path]);
  const forced = await mono(["destroy", "--force", path]);
  await call(["chmod", "700", dirname(path)]);
  expect(list.stdout).toContain("running");
  expect(run.stderr).toContain(`cannot read the folder ${path}`);
  expect(destroy).toMatchObject({ exitCode: 2 });
  expect(destroy.stderr).toContain(`cannot read ${join(path, "mono.yml")}`);
  expect(destroy.stderr).toContain("↳ nothing was removed");
  expect(forced).toMatchObject({ exitCode: 0 });
  expect(forced.stderr).toContain("no destroy script is run");
  for (const { stderr } of [run, destroy, forced]) expect(stderr).not.toContain("is gone");
});

test("vars unset what another environment has left in the shell, and nothing of the person's", async () => {
  const compose = 'services:\n  web: { image: "${BASE_IMAGE}", command: [sleep, "99"], ports: ["80"] }\n';
  const one = world.workspace("one", { "compose.yml": compose });
  const two = world.workspace("two", {});
  for (const path of [one, two]) await world.ok(["init", path]);
  const evaluate = (...paths: readonly string[]) =>
    world.call(
      [
        "sh",
        "-c",
        `export MONO_LICENSE=mine; ${paths.map((path) => `eval "$("$MONO" vars ${path})"`).join("; ")}; env | grep ^MONO_ | sort`,
      ],
      { env: { MONO: executable } },
    );
  const namesIn = (text: string) => lines(text).map((line) => line.split("=")[0] ?? "");
  expect(namesIn((await evaluate(one)).stdout)).toContain("MONO_WEB_PORT");
  const after = (await evaluate(one, two)).stdout;
  expect(namesIn(after)).not.toContain("MONO_WEB_PORT");
  expect(after).toContain(`MONO_ENV_PATH=${two}\n`);
  expect(after).toContain("MONO_LICENSE=mine\n");
  expect((await evaluate(one, two, one)).stdout).toBe((await evaluate(one)).stdout);
  for (const path of [one, two]) await world.ok(["destroy", path]);
});

test.each([
  ["ls", "mono list"],
  ["ps", "mono list"],
  ["status", "mono list"],
  ["up", "mono init"],
  ["start", "mono run"],
  ["down", "mono destroy"],
  ["rm", "mono destroy"],
  ["env", "mono vars"],
  ["sh", "mono attach"],
  ["ssh", "mono attach"],
  ["shell", "mono attach"],
  ["stop", "mono run --stop"],
  ["kill", "mono run --stop"],
  ["toString", "mono --help"],
])("mono %s: the command that does it is suggested: %s", async (word, suggested) => {
  const { exitCode, stderr } = await world.mono([word]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(suggested);
});

test("without docker, list says why, once", async () => {
  const compose = 'services:\n  web: { image: "${BASE_IMAGE}", command: [sleep, "99"] }\n';
  const paths = ["one", "two"].map((name) => world.workspace(name, { "compose.yml": compose }));
  for (const path of paths) await world.ok(["init", path]);
  const bin = join(world.folder, "bin");
  mkdirSync(bin);
  await world.call(["ln", "-s", Bun.which("tmux") ?? "", Bun.which("ps") ?? "", bin]);
  const listed = await world.mono(["list"], { env: { PATH: bin } });
  expect(listed.exitCode).toBe(0);
  expect(lines(listed.stdout).filter((line) => line.includes("engine unreachable"))).toHaveLength(2);
  expect(lines(listed.stderr).filter((line) => line.includes("docker"))).toHaveLength(1);
  for (const path of paths) await world.ok(["destroy", path]);
});
