/** What is not mono's is never touched: two homes on one engine, inherited labels, names that meet. */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { nothingIsLeft } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { baseImage, docker, lines, writeFiles } from "./support/world.ts";

const world = worldForEachTest();

const compose = `services:\n  web: { build: ., volumes: [data:/data], stop_grace_period: 0s }\nvolumes: { data: {} }\n`;
const files = {
  "compose.yml": compose,
  Dockerfile: `FROM ${baseImage}\nCMD ["sleep", "1000"]\n`,
  "mono.yml": "scripts:\n  run: 'true'\n",
};

const secondHome = () => ({ env: { MONO_HOME: join(world.folder, "second-home") } });
const projectOf = (name: string) => `mono-${world.unique(name)}`;

/** A workspace whose folder is called as the other one's, in another place. */
function twinOf(name: string, contents: Readonly<Record<string, string>>): string {
  const path = join(world.folder, "elsewhere", world.unique(name));
  writeFiles(path, contents);
  return path;
}

/** Everything with the world's mark in its name, and claims. */
async function onEngine(): Promise<readonly string[]> {
  const mark = world.unique("").slice(1);
  const lists = await Promise.all(
    [
      ["ps", "-a", "--format", "container {{.Names}}"],
      ["volume", "ls", "--format", "volume {{.Name}}"],
      ["network", "ls", "--format", "network {{.Name}}"],
      ["image", "ls", "--format", "image {{.Repository}}:{{.Tag}}"],
    ].map((list) => docker(world, list)),
  );
  return lines(lists.join(""))
    .filter((line) => line.includes(mark))
    .toSorted();
}

async function writeData(project: string, text: string): Promise<void> {
  await docker(world, ["exec", `${project}-web-1`, "sh", "-c", `echo ${text} > /data/text`]);
}

async function readData(project: string): Promise<string> {
  return await docker(world, ["exec", `${project}-web-1`, "cat", "/data/text"]);
}

test("two homes with a workspace of one name have a project each, and neither removes what is the other's", async () => {
  const one = world.workspace("foo", files);
  const other = twinOf("foo", files);
  await Promise.all([world.ok(["init", one]), world.ok(["init", other], secondHome())]);
  const variablesOf = async (path: string, options = {}) =>
    JSON.parse((await world.ok(["vars", "--json", path], options)).stdout).variables;
  const [first, second] = [await variablesOf(one), await variablesOf(other, secondHome())];
  expect(first.MONO_ENV_ID).not.toBe(second.MONO_ENV_ID);
  const theirs = `mono-${second.MONO_ENV_NAME}`;
  expect(theirs).not.toBe(`mono-${first.MONO_ENV_NAME}`);
  await writeData(theirs, "precious");
  await world.ok(["destroy", one]);
  expect(await readData(theirs)).toBe("precious\n");
  await world.ok(["destroy", other], secondHome());
  expect(await onEngine()).toEqual([]);
  await nothingIsLeft(world);
});

test("a name that was given up by hand is the next home's: neither run nor destroy of the first touches it", async () => {
  const one = world.workspace("foo", files);
  const other = twinOf("foo", files);
  const project = projectOf("foo");
  await world.ok(["init", one]);
  await docker(world, ["compose", "-p", project, "down", "-v", "--rmi", "local"]);
  await world.call(["tmux", "kill-session", "-t", `=${project}:`]);
  await world.ok(["init", other], secondHome());
  await writeData(project, "precious");
  const before = await onEngine();
  const [listed] = JSON.parse((await world.ok(["list", "--json"])).stdout).environments;
  expect(listed.status).toBe("stopped");
  const into = ["exec", one, "--service", "web", "--", "rm", "/data/text"];
  expect((await world.mono(into)).stderr).toContain("is not running");
  const run = await world.mono(["run", one]);
  expect(run).toMatchObject({ exitCode: 1 });
  // The session is the other's, too.
  expect(run.stderr).toContain(project);
  expect(await onEngine()).toEqual(before);
  const { stderr } = await world.ok(["destroy", one]);
  expect(stderr).toContain("left alone");
  expect(await readData(project)).toBe("precious\n");
  expect((await onEngine()).filter((line) => !line.startsWith("image"))).toEqual(
    before.filter((line) => !line.startsWith("image")),
  );
  await world.ok(["destroy", other], secondHome());
  expect(await onEngine()).toEqual([]);
});

test("commits, tags, derived images and their containers are the person's", async () => {
  const path = world.workspace("foo", files);
  const project = projectOf("foo");
  const [keep, plain, derived] = ["keep", "plain", "derived"].map((name) => world.unique(name));
  if (keep === undefined || plain === undefined || derived === undefined) throw new Error("three names");
  await world.ok(["init", path]);
  await docker(world, ["commit", `${project}-web-1`, `${keep}:snapshot`]);
  await docker(world, ["tag", `${project}-web`, `registry.example/${keep}:1.0`]);
  const context = world.workspace("context", { Dockerfile: `FROM ${project}-web\nENV A=1\n` });
  await docker(world, ["build", "-q", "-t", derived, context]);
  await docker(world, ["run", "-d", "--name", keep, `${keep}:snapshot`, "sleep", "1000"]);
  await docker(world, ["run", "-d", "--name", plain, `${project}-web`, "sleep", "1000"]);
  await docker(world, ["run", "-d", "--name", derived, derived, "sleep", "1000"]);
  // Compose would take the committed one for a second `web`, and remove it.
  const run = await world.mono(["run", path]);
  expect(run).toMatchObject({ exitCode: 1 });
  expect(run.stderr).toContain(`container ${keep}`);
  const { stderr } = await world.ok(["destroy", path]);
  for (const name of [keep, plain, derived]) expect(stderr).toContain(`container ${name}`);
  const isRunning = async (name: string) =>
    await docker(world, ["inspect", "-f", "{{.State.Running}}", name]);
  for (const name of [keep, plain, derived]) expect(await isRunning(name)).toBe("true\n");
  expect(await onEngine()).toEqual(
    [
      ...[keep, plain, derived].map((name) => `container ${name}`),
      `image ${derived}:latest`,
      `image ${keep}:snapshot`,
      `image registry.example/${keep}:1.0`,
    ].toSorted(),
  );
  await nothingIsLeftBut(keep, plain, derived);
});

/** Removes a test's own things. */
async function nothingIsLeftBut(...names: readonly string[]): Promise<void> {
  await docker(world, ["rm", "-f", ...names]);
  const images = (await onEngine()).filter((line) => line.startsWith("image "));
  if (images.length > 0) await docker(world, ["image", "rm", ...images.map((line) => line.slice(6))]);
  expect(await onEngine()).toEqual([]);
  await nothingIsLeft(world);
}

test("an image that somebody's container uses stays, and is named", async () => {
  const path = world.workspace("foo", files);
  const user = world.unique("user");
  await world.ok(["init", path]);
  await docker(world, ["run", "-d", "--name", user, `${projectOf("foo")}-web`, "sleep", "1000"]);
  const { stderr } = await world.ok(["destroy", path]);
  expect(stderr).toContain(`the image ${projectOf("foo")}-web:latest stays: somebody uses it`);
  expect(await docker(world, ["inspect", "-f", "{{.State.Running}}", user])).toBe("true\n");
  // Compose would run the image that is there, and not build this one's.
  await world.ok(["init", path]);
  expect((await world.ok(["vars", path])).stdout).toMatch(/MONO_ENV_NAME="foo-\w+-[0-9a-f]{6}"/);
  await world.ok(["destroy", path]);
  await nothingIsLeftBut(user);
});

const withVolume = (volume: string) => ({
  ...files,
  "compose.yml": compose.replaceAll("data", volume).replace(`/${volume}`, "/data"),
});

test("networks and volumes whose names meet across homes are an error, and the first one's data stays", async () => {
  const one = world.workspace("foo", withVolume("bar_data"));
  const other = join(world.folder, "elsewhere", `${world.unique("foo")}_bar`);
  writeFiles(other, withVolume("data"));
  await world.ok(["init", one]);
  await writeData(projectOf("foo"), "precious");
  const refused = await world.mono(["init", other], secondHome());
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(refused.stderr).toContain(`volume ${projectOf("foo")}_bar_data`);
  expect(await readData(projectOf("foo"))).toBe("precious\n");
  await world.ok(["destroy", one]);
  expect(await onEngine()).toEqual([]);
});

test("a volume's name that another home has claimed meanwhile is refused before any container has it", async () => {
  const path = world.workspace("foo", withVolume("bar_data"));
  const volume = `${projectOf("foo")}_bar_data`;
  const claim = `mono-claim-volume-${volume}`;
  await docker(world, ["volume", "create", "--label", "mono.owner=another", claim]);
  const refused = await world.mono(["init", path]);
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(refused.stderr).toContain(`volume ${claim}`);
  expect(refused.stderr).not.toContain("Starting");
  await docker(world, ["volume", "rm", claim]);
  await world.ok(["init", path]);
  expect((await onEngine()).filter((line) => line.includes("mono-claim"))).toEqual([]);
  await world.ok(["destroy", path]);
  expect(await onEngine()).toEqual([]);
  await nothingIsLeft(world);
});

test("destroy removes no volume that only has the name of its own", async () => {
  const one = world.workspace("foo", withVolume("bar_data"));
  const volume = `${projectOf("foo")}_bar_data`;
  await world.ok(["init", one]);
  // By hand, and then the other home's copy makes one of that name, which no container uses at the moment.
  await docker(world, ["rm", "-f", `${projectOf("foo")}-web-1`]);
  await docker(world, ["volume", "rm", volume]);
  await docker(world, ["volume", "create", "--label", "mono.owner=another", volume]);
  const { stderr } = await world.ok(["destroy", one]);
  expect(stderr).toContain(`volume ${volume}`);
  expect(await onEngine()).toEqual([`volume ${volume}`]);
  await docker(world, ["volume", "rm", volume]);
  await nothingIsLeft(world);
});

test("the anonymous volume of a container that was made again goes with it, and one that the person names stays", async () => {
  const mine = (await docker(world, ["volume", "create"])).trim();
  const composeWith = (text: string) => `services:
  web: { image: ${baseImage}, command: sleep 1000, volumes: [/cache, "mine:/mine"], environment: { A: "${text}" } }
volumes: { mine: { external: true, name: ${mine} } }
`;
  const path = world.workspace("foo", { "compose.yml": composeWith("1"), "mono.yml": files["mono.yml"] });
  await world.ok(["init", path]);
  const volumesOf = '{{range .Mounts}}{{.Name}}{{"\\n"}}{{end}}';
  const mounted = async () =>
    lines(await docker(world, ["inspect", "-f", volumesOf, `${projectOf("foo")}-web-1`])).toSorted();
  const before = await mounted();
  expect(before).toHaveLength(2);
  writeFiles(path, { "compose.yml": composeWith("2") });
  await world.ok(["run", path]);
  expect(await mounted()).toEqual(before);
  await world.ok(["destroy", path]);
  const left = lines(await docker(world, ["volume", "ls", "-q"]));
  expect(before.filter((name) => left.includes(name))).toEqual([mine]);
  await docker(world, ["volume", "rm", mine]);
  await nothingIsLeft(world);
});

test("two inits of one home whose names would meet: one of them is refused, whichever is first", async () => {
  const one = world.workspace("foo", withVolume("bar_data"));
  const other = join(world.folder, "elsewhere", `${world.unique("foo")}_bar`);
  writeFiles(other, withVolume("data"));
  const results = await Promise.all([one, other].map((path) => world.mono(["init", path])));
  expect(results.map(({ exitCode }) => exitCode).toSorted((a, b) => a - b)).not.toEqual([0, 0]);
  expect(results.map(({ stderr }) => stderr).join("")).toContain(`${projectOf("foo")}_bar_data`);
  for (const path of [one, other]) await world.ok(["destroy", "--if-exists", path]);
  expect(await onEngine()).toEqual([]);
  await nothingIsLeft(world);
});

test("a name that another home has claimed is not taken; a claim that is left is named", async () => {
  const path = world.workspace("foo", files);
  const claim = `mono-claim-${projectOf("foo")}`;
  await docker(world, ["volume", "create", "--label", "mono.owner=another", claim]);
  await world.ok(["init", path]);
  const name = JSON.parse((await world.ok(["vars", "--json", path])).stdout).variables.MONO_ENV_NAME;
  expect(name).toMatch(new RegExp(`^${world.unique("foo")}-[0-9a-f]{6}$`));
  await world.ok(["destroy", path]);
  await docker(world, ["volume", "create", "--label", "mono.owner=another", `mono-claim-mono-${name}`]);
  const refused = await world.mono(["init", path]);
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(refused.stderr).toContain(`volume mono-claim-mono-${name}`);
  expect(await onEngine()).toEqual([`volume ${claim}`, `volume mono-claim-mono-${name}`].toSorted());
  await docker(world, ["volume", "rm", claim, `mono-claim-mono-${name}`]);
  await nothingIsLeft(world);
});

test("a volume of the name that was there before is not taken over", async () => {
  const path = world.workspace("foo", files);
  const volume = `${projectOf("foo")}_data`;
  await docker(world, ["volume", "create", volume]);
  const refused = await world.mono(["init", path]);
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(refused.stderr).toContain(`volume ${volume}`);
  expect((await onEngine()).filter((line) => !line.startsWith("image"))).toEqual([`volume ${volume}`]);
  await docker(world, ["volume", "rm", volume]);
  await nothingIsLeft(world);
});

test("an environment of the version before marks keeps its data, and is removed as a whole; what is another's stays", async () => {
  const path = world.workspace("foo", files);
  const project = projectOf("foo");
  await world.ok(["init", path]);
  // As that version has left it.
  const own = join(world.home, "environments", world.unique("foo"));
  const file = join(own, "docker-compose.mono.yml");
  await docker(world, ["compose", "-p", project, "down", "-v", "--rmi", "local"]);
  writeFileSync(
    file,
    JSON.stringify(parse(readFileSync(file, "utf8")), (key, value: unknown) =>
      key === "labels" ? undefined : value,
    ),
  );
  for (const name of ["mark", "data-folder"]) rmSync(join(own, name));
  {
    using database = new Database(join(world.home, "state.db"));
    database.run("ALTER TABLE environments DROP COLUMN mark");
    database.run("PRAGMA user_version = 1");
  }
  const ofHome = new Bun.CryptoHasher("sha256").update(world.home).digest("hex").slice(0, 12);
  await world.call(["tmux", "set-option", "-t", `=${project}:`, "@mono_owner", ofHome]);
  await docker(world, ["compose", "-p", project, "-f", file, "up", "-d"]);
  await writeData(project, "precious");
  const keep = world.unique("keep");
  const label = `com.docker.compose.project=${project}`;
  await docker(world, ["run", "-d", "--name", keep, "--label", label, baseImage, "sleep", "1000"]);

  await world.ok(["run", path]);
  expect(await readData(project)).toBe("precious\n");
  const { stderr } = await world.ok(["destroy", path]);
  expect(stderr).toContain(`container ${keep}`);
  expect(await onEngine()).toEqual([`container ${keep}`]);
  await nothingIsLeftBut(keep);
});
