/** A full disk: a clear error, and neither a row without what it owns to be found, nor anything without its row. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from "./support/small-disk.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { executable, namesIn, type Result, sessions } from "./support/world.ts";

const world = worldForEachTest();
const reason = whyNoSmallDisk();
const title = reason === undefined ? "a full disk" : `a full disk (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, () => {
  let disk: SmallDisk;
  beforeEach(async () => {
    disk = await mountSmallDisk(world, world.home, 256);
  });
  afterEach(async () => {
    await disk.unmount();
  });

  const mono = (args: readonly string[]): Promise<Result> => disk.call([executable, ...args]);

  async function succeed(args: readonly string[]): Promise<void> {
    expect(await mono(args)).toMatchObject({ exitCode: 0 });
  }

  async function expectNoRoom(args: readonly string[]): Promise<void> {
    const result = await mono(args);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toBe("");
    for (const text of [world.home, "↳", "room"]) expect(result.stderr).toContain(text);
    expect(result.stderr).toMatch(/✗ .*(disk is full|no space left)/);
    expect(result.stderr).not.toMatch(/defect|^\s+at /m);
  }

  /** What there is of an environment that was called so, and its status. */
  async function found(name: string) {
    const { stdout } = await mono(["list", "--json"]);
    const rows = JSON.parse(stdout).environments as { name: string; status: string }[];
    return {
      status: rows.find((row) => row.name === world.unique(name))?.status,
      data: namesIn(join(disk.folder, "data")),
      own: namesIn(join(disk.folder, "environments")),
      sessions: await sessions(disk),
    };
  }

  const nothing = { status: undefined, data: [], own: [], sessions: [] };

  test("before init: nothing is made, and init succeeds once there is room", async () => {
    const path = world.workspace("no-room", {});
    disk.fill();
    await expectNoRoom(["init", path]);
    expect(await found("no-room")).toEqual(nothing);
    disk.free();
    await succeed(["init", path]);
    await succeed(["destroy", path]);
    expect(await found("no-room")).toEqual(nothing);
  });

  test("filled by the init script: undoing needs no room", async () => {
    const path = world.workspace("filler", { "mono.yml": filling("init", "$MONO_HOME") });
    await expectNoRoom(["init", path]);
    expect(await found("filler")).toEqual(nothing);
  });

  test("filled with the workspace's own data: undoing makes room, and nothing is left", async () => {
    const path = world.workspace("hoarder", { "mono.yml": filling("init", "$MONO_DATA_DIR") });
    await expectNoRoom(["init", path]);
    expect(await found("hoarder")).toEqual(nothing);
  });

  test.each(["before destroy", "by the destroy script"])(
    "filled %s: destroy removes all of it",
    async (when) => {
      const isBefore = when === "before destroy";
      const files = isBefore ? {} : { "mono.yml": filling("destroy", "$MONO_HOME") };
      const path = world.workspace("keeper", files);
      await succeed(["init", path]);
      expect(await found("keeper")).toMatchObject({ status: "running" });
      if (isBefore) disk.fill();
      await succeed(["destroy", path]);
      expect(await found("keeper")).toEqual(nothing);
    },
  );
});

/** A mono.yml whose script fills the disk, and needs a script after it. */
function filling(script: "init" | "destroy", folder: string): string {
  return `scripts:\n  ${script}: head -c 1M /dev/zero > ${folder}/filling || true\n  setup: 'true'\n`;
}
