/** `mono destroy` of several environments, and of those whose folders are gone. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { nothingIsLeft } from "./support/leftovers.ts";
import { closedSchemaOf, problemsWith } from "./support/schemas.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { baseImage, docker, eventually, executableInShell, lines } from "./support/world.ts";

const world = worldForEachTest();

const withContainer = {
  "compose.yml": `services:\n  web: { image: "${baseImage}", command: sleep 1000, init: true, volumes: ["data:/data"] }\nvolumes: { data: {} }\n`,
};
const failing = { "mono.yml": "scripts:\n  destroy: exit 7\n" };
const names = async () => {
  const { environments } = JSON.parse((await world.ok(["list", "--json"])).stdout);
  return environments.map(({ name }: { name: string }) => name);
};

async function madeWith(workspaces: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const paths: string[] = [];
  for (const [name, files] of Object.entries(workspaces)) {
    const path = world.workspace(name, files);
    await world.ok(["init", path]);
    paths.push(path);
  }
  return paths;
}

test("several are destroyed, each once; a word that means none of them removes nothing", async () => {
  const [web = "", db = "", plain = ""] = await madeWith({
    web: withContainer,
    db: withContainer,
    plain: {},
  });
  const slip = await world.mono(["destroy", web, "nobody", plain]);
  expect(slip.exitCode).toBe(3);
  expect(slip.stderr).toContain("nobody");
  expect((await world.mono(["destroy", web, ""], { cwd: plain })).exitCode).toBe(2);
  expect(await names()).toHaveLength(3);
  expect((await world.ok(["destroy", "--dry-run", web, db])).stdout).toContain(basename(db));
  expect(await names()).toHaveLength(3);

  const { stderr, stdout } = await world.ok([
    "destroy",
    "--if-exists",
    web,
    "nobody",
    db,
    basename(web),
    plain,
  ]);
  expect(stdout).toBe("");
  for (const path of [web, db, plain]) expect(stderr).toContain(`✓ ${basename(path)} is destroyed`);
  expect(stderr).toContain("nothing to destroy: ");
  expect(stderr).toEndWith("3 environments destroyed\n");
  expect(await names()).toEqual([]);
});

test("one that fails keeps none of the others; the exit code is the worst", async () => {
  const [first = "", wrong = "", other = ""] = await madeWith({ first: {}, wrong: failing, other: failing });
  const one = await world.mono(["destroy", first, wrong]);
  expect(one.exitCode).toBe(1);
  expect(one.stderr).toContain(`✓ ${basename(first)} is destroyed`);
  expect(one.stderr).toContain(`✗ cannot destroy ${basename(wrong)}: the destroy script exited with 7\n`);
  expect(await names()).toEqual([basename(other), basename(wrong)].toSorted());

  const both = await world.mono(["destroy", "--json", wrong, other]);
  expect(both.exitCode).toBe(1);
  expect(both.stderr).toContain("✗ 2 of 2 environments are still there\n");
  expect(both.stderr.match(/the destroy script exited with 7/g)).toHaveLength(2);
  const answer = JSON.parse(both.stdout);
  expect(problemsWith(answer, closedSchemaOf("destroy-several"))).toEqual([]);
  expect(answer.environments).toMatchObject([
    { error: { id: "script-failed" } },
    { error: { id: "script-failed" } },
  ]);
  const { stderr } = await world.ok(["destroy", "--force", wrong, other]);
  expect(stderr).toContain(`! ${basename(wrong)}: the destroy script exited with 7: going on`);
});

test("where folders were deleted, --missing takes those and no others, and init says that there are such", async () => {
  const [web = "", plain = "", there = ""] = await madeWith({ web: withContainer, plain: {}, there: {} });
  const away = join(world.folder, "disk", world.unique("away"));
  await world.call(["mkdir", "-p", away]);
  await world.ok(["init", away]);
  const ghost = `mono-${world.unique("ghost")}`;
  const label = `com.docker.compose.project=${ghost}`;
  await docker(world, ["volume", "create", "--label", label, ghost]);
  try {
    for (const path of [web, plain, dirname(away)]) rmSync(path, { recursive: true });
    const late = world.workspace("late", {});
    expect((await world.ok(["init", late])).stderr).toContain(
      "! the folders of 2 environments were deleted: ",
    );

    const looked = await world.ok(["destroy", "--missing", "--dry-run", "--json"]);
    const answer = JSON.parse(looked.stdout);
    expect(problemsWith(answer, closedSchemaOf("destroy-several"))).toEqual([]);
    expect(answer).toMatchObject({
      dryRun: true,
      environments: [{ name: basename(plain) }, { name: basename(web) }],
      outOfReach: [{ name: basename(away) }],
    });
    const unowned = { project: ghost, containers: 0, networks: 0, volumes: 1 };
    expect(answer.unowned).toContainEqual(unowned);
    expect(JSON.parse((await world.ok(["list", "--json"])).stdout).unowned).toContainEqual(unowned);
    expect(await names()).toHaveLength(5);

    const { stderr } = await world.ok(["destroy", "--missing"]);
    expect(stderr).toContain(`${basename(away)} is left alone: the parent folder of ${away} is gone too`);
    expect(stderr).toContain(
      `the Compose project ${ghost} (containers: 0, networks: 0, volumes: 1) is left alone`,
    );
    expect(stderr).toContain("2 environments destroyed\n");
    expect(await names()).toEqual([away, late, there].map((path) => basename(path)).toSorted());
    expect((await world.ok(["destroy", "--missing"])).stderr).toContain(
      "no environment's folder was deleted\n",
    );
    expect(lines(await docker(world, ["volume", "ls", "-q", "--filter", `label=${label}`]))).toEqual([ghost]);
    expect((await world.mono(["destroy", "--missing", late])).exitCode).toBe(2);
    await world.ok(["destroy", away, late, there]);
  } finally {
    await docker(world, ["volume", "rm", ghost]);
  }
});

test("called in the session of one of them, all are destroyed", async () => {
  const [own = "", first = "", last = ""] = await madeWith({ own: {}, first: withContainer, last: {} });
  const log = join(world.folder, "said");
  const line = `${executableInShell} destroy ${own} ${first} ${last} 2>${log}`;
  await world.ok(["exec", own, "--", "tmux", "send-keys", "-t", `=mono-${basename(own)}:`, line, "Enter"]);
  await eventually("the end of all", async () => (await names()).length === 0);
  expect(readFileSync(log, "utf8")).toContain(`✓ ${basename(first)} is destroyed`);
  // With mono itself, which outlives the session.
  await nothingIsLeft(world);
});

test("Ctrl-C leaves those that have not begun, and the next destroy takes them", async () => {
  const script = { "mono.yml": "scripts:\n  destroy: touch begun; sleep 1000\n" };
  const slow = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`slow${index}`, script]));
  const paths = await madeWith({ ...slow, untouched: script });
  const untouched = paths.at(-1) ?? "";
  const child = world.start(["destroy", ...paths]);
  await eventually(
    "eight scripts",
    () => paths.filter((path) => existsSync(join(path, "begun"))).length === 8,
  );
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  expect(await child.stderr.text()).toContain("✗ interrupted by SIGINT");
  expect(existsSync(join(untouched, "begun"))).toBe(false);
  for (const path of paths) rmSync(join(path, "mono.yml"));
  expect((await world.ok(["destroy", ...paths])).stderr).toContain("9 environments destroyed\n");
});
