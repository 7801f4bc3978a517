/** Folders: only what mono has made is removed, and nothing is followed or crossed on the way. */
import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { nothingIsLeft } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, writeFiles } from "./support/world.ts";

const world = worldForEachTest();
const isRoot = process.getuid?.() === 0;

const dataOf = (name: string) => join(world.home, "data", world.unique(name));
const ownOf = (name: string) => join(world.home, "environments", world.unique(name));

test.each(["data", "environments"])(
  "a folder that was in %s before is never taken over, and outlives a failed init",
  async (parent) => {
    const path = world.workspace("shop", { "mono.yml": "scripts:\n  init: exit 3\n" });
    const theirs = join(world.home, parent, world.unique("shop"));
    writeFiles(theirs, { "deep/keep": "precious" });
    expect(await world.mono(["init", path])).toMatchObject({ exitCode: 1 });
    expect(readFileSync(join(theirs, "deep/keep"), "utf8")).toBe("precious");
    writeFileSync(join(path, "mono.yml"), "");
    await world.ok(["init", path]);
    // Another name.
    expect((await world.ok(["vars", path])).stdout).toMatch(/MONO_ENV_NAME="shop-\w+-[0-9a-f]{6}"/);
    await world.ok(["destroy", path]);
    expect(readFileSync(join(theirs, "deep/keep"), "utf8")).toBe("precious");
    rmSync(join(world.home, parent), { recursive: true });
    await nothingIsLeft(world);
  },
);

test("what takes the place of the data folder meanwhile is the person's", async () => {
  const path = world.workspace("shop", {});
  await world.ok(["init", path]);
  rmSync(ownOf("shop"), { recursive: true });
  writeFiles(dataOf("shop"), { keep: "precious" });
  const { stderr } = await world.ok(["destroy", path]);
  expect(stderr).toContain(`${dataOf("shop")} is left alone: mono did not make it`);
  expect(readFileSync(join(dataOf("shop"), "keep"), "utf8")).toBe("precious");
  rmSync(dataOf("shop"), { recursive: true });
  await nothingIsLeft(world);
});

test("a workspace inside of mono's home is refused, a home inside of a workspace reported", async () => {
  for (const folder of ["", "data/shop", "environments/shop"]) {
    const inside = join(world.home, folder);
    mkdirSync(inside, { recursive: true });
    const refused = await world.mono(["init", inside]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain(`${inside} is inside of mono's own home folder ${world.home}`);
    expect(existsSync(inside)).toBe(true);
  }
  rmSync(world.home, { recursive: true });
  const path = world.workspace("shop", {});
  const env = { MONO_HOME: join(path, "home") };
  expect((await world.ok(["init", path], { env })).stderr).toContain("is inside of this workspace");
  await world.ok(["destroy", path], { env });
});

test("a link in the data folder, or in its place, is removed and not followed", async () => {
  const path = world.workspace("shop", {});
  const elsewhere = join(world.folder, "elsewhere");
  writeFiles(elsewhere, { "deep/keep": "precious" });
  await world.ok(["init", path]);
  symlinkSync(elsewhere, join(dataOf("shop"), "link"));
  await world.ok(["destroy", path]);
  await world.ok(["init", path]);
  rmSync(dataOf("shop"), { recursive: true });
  symlinkSync(elsewhere, dataOf("shop"));
  await world.ok(["destroy", path]);
  expect(readFileSync(join(elsewhere, "deep/keep"), "utf8")).toBe("precious");
  await nothingIsLeft(world);
});

test("a tree that is deeper than any path is removed", async () => {
  const path = world.workspace("shop", {
    "mono.yml": `scripts:
  init: |
    cd "$MONO_DATA_DIR"
    i=0
    while [ $i -lt 300 ]; do mkdir a-folder-with-a-name-of-some-length; cd a-folder-with-a-name-of-some-length; i=$((i + 1)); done
    touch file
`,
  });
  await world.ok(["init", path]);
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

test("a signal is heard while a large tree is removed, and the next destroy continues", async () => {
  const path = world.workspace("shop", {});
  await world.ok(["init", path]);
  for (let folder = 0; folder < 60; folder++) {
    mkdirSync(join(dataOf("shop"), String(folder)));
    for (let file = 0; file < 1000; file++) writeFileSync(join(dataOf("shop"), `${folder}/${file}`), "");
  }
  const child = world.start(["destroy", path]);
  await eventually("the removal", () => readdirSync(dataOf("shop")).length < 60);
  child.kill("SIGTERM");
  expect(await child.exited).toBe(143);
  expect(existsSync(dataOf("shop"))).toBe(true);
  expect((await world.ok(["list"])).stdout).toContain("interrupted");
  await world.ok(["destroy", path]);
  await nothingIsLeft(world);
});

describe.skipIf(!isRoot || process.platform !== "linux")("as root on Linux", () => {
  /** Runs what the hint says, which ends with "then run mono destroy again". */
  async function followHint(stderr: string): Promise<void> {
    const command = /↳ run (.*), then run mono destroy again/.exec(stderr)?.[1];
    if (command === undefined) throw new Error(`no hint to follow:\n${stderr}`);
    const { exitCode, stderr: told } = await world.call(["sh", "-c", command]);
    expect({ exitCode, told }).toMatchObject({ exitCode: 0 });
  }

  test.each(["tmpfs", "bind"])(
    "a mount (%s) in the data folder is not emptied, and the hint works",
    async (kind) => {
      const path = world.workspace("shop", {});
      const elsewhere = join(world.folder, "else where");
      writeFiles(elsewhere, { "deep/keep": "precious" });
      await world.ok(["init", path]);
      const point = join(dataOf("shop"), "mounted on");
      mkdirSync(point);
      const mount =
        kind === "bind" ? ["mount", "--bind", elsewhere, point] : ["mount", "-t", "tmpfs", "none", point];
      expect(await world.call(mount)).toMatchObject({ exitCode: 0 });
      try {
        if (kind === "tmpfs") writeFiles(point, { "deep/keep": "precious" });
        const refused = await world.mono(["destroy", path]);
        expect(refused).toMatchObject({ exitCode: 1 });
        expect(refused.stderr).toContain(`${point} (something is mounted there)`);
        expect(readFileSync(join(point, "deep/keep"), "utf8")).toBe("precious");
        await followHint(refused.stderr);
      } finally {
        await world.call(["umount", point]);
      }
      await world.ok(["destroy", path]);
      expect(readFileSync(join(elsewhere, "deep/keep"), "utf8")).toBe("precious");
      await nothingIsLeft(world);
    },
  );

  test("a file that a flag protects is named, and the hint works", async () => {
    const path = world.workspace("shop", {});
    await world.ok(["init", path]);
    writeFiles(dataOf("shop"), { "deep/guarded": "x", other: "y" });
    const guarded = join(dataOf("shop"), "deep/guarded");
    // Not every file system has the flag.
    if ((await world.call(["chattr", "+i", guarded])).exitCode !== 0)
      return void (await world.ok(["destroy", path]));
    try {
      const refused = await world.mono(["destroy", path]);
      expect(refused).toMatchObject({ exitCode: 1 });
      expect(refused.stderr).toContain(guarded);
      await followHint(refused.stderr);
    } finally {
      await world.call(["chattr", "-i", guarded]);
    }
    await world.ok(["destroy", path]);
    await nothingIsLeft(world);
  });
});

test("an init whose links move while it waits for the lock takes the lock of where they lead", async () => {
  const [one, other] = ["one", "other"].map((name) => world.workspace(name, {}));
  if (one === undefined || other === undefined) throw new Error("two workspaces");
  const link = join(world.folder, "current");
  symlinkSync(one, link);
  writeFiles(one, {
    "mono.yml": "scripts:\n  destroy: |\n    touch waiting\n    while [ ! -e go ]; do sleep 0.05; done\n",
  });
  await world.ok(["init", one]);
  const holder = world.start(["destroy", one]);
  await eventually("the destroy script", () => existsSync(join(one, "waiting")));
  const waiter = world.start(["init", link]);
  // Within the second that init waits.
  symlinkSync(other, `${link}.new`);
  renameSync(`${link}.new`, link);
  writeFileSync(join(one, "go"), "");
  expect(await holder.exited).toBe(0);
  // It gives up, or it has made the environment of the folder to which the link leads now.
  const code = await waiter.exited;
  expect([0, 4]).toContain(code);
  const rows = JSON.parse((await world.ok(["list", "--json"])).stdout).environments as { path: string }[];
  const paths = rows.map(({ path }) => path);
  if (code === 0) expect([[one], [other]]).toContainEqual(paths);
  else expect(paths).toEqual([]);
  for (const path of paths) await world.ok(["destroy", "--force", path]);
  await nothingIsLeft(world);
});
