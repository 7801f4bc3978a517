/** Many at once: 64 workspaces, and 64 commands over 32 workspaces, two of them at the same time on each. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { nothingIsLeft } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { dockerLeftovers, type Result, withHome, writeFiles } from "./support/world.ts";

const world = worldForEachTest();

type Command = "init" | "destroy";

interface Pair {
  readonly commands: readonly [Command, Command];
  /** Whether there is an environment before. */
  readonly isThere: boolean;
  /** The exit codes that may come, and whether there is an environment afterwards. */
  readonly allowed: readonly { readonly codes: readonly [number, number]; readonly isThere: boolean }[];
}

const pairs: readonly Pair[] = [
  {
    commands: ["init", "init"],
    isThere: false,
    allowed: [
      { codes: [0, 4], isThere: true },
      { codes: [4, 0], isThere: true },
    ],
  },
  {
    commands: ["init", "destroy"],
    isThere: false,
    // Destroy is first, and finds nothing; or it waits for init.
    allowed: [
      { codes: [0, 3], isThere: true },
      { codes: [0, 0], isThere: false },
    ],
  },
  {
    commands: ["destroy", "destroy"],
    isThere: true,
    allowed: [
      { codes: [0, 3], isThere: false },
      { codes: [3, 0], isThere: false },
    ],
  },
  {
    commands: ["init", "destroy"],
    isThere: true,
    // Init is first, and finds one that exists, or does not get the lock; or it comes after destroy.
    allowed: [
      { codes: [4, 0], isThere: false },
      { codes: [0, 0], isThere: true },
    ],
  },
];

const docker = {
  "compose.yml":
    "services:\n  web: { image: '${BASE_IMAGE}', command: sleep 1000, ports: ['80'], stop_grace_period: 0s }\n",
};
const simple = { "mono.yml": 'scripts:\n  init: touch "$MONO_DATA_DIR/made"\n  setup: sleep 0.05\n' };

test("sixty-four inits at once on a new home have an id each, and sixty-four destroys leave nothing", async () => {
  const paths = Array.from({ length: 64 }, (_, index) => world.workspace(`many-${index}`, {}));
  const inits = await Promise.all(paths.map((path) => world.mono(["init", path])));
  expect(inits.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
  const rows = await environments();
  expect(rows.map(({ id }) => id).toSorted((one, other) => one - other)).toEqual(
    paths.map((_, index) => index + 1),
  );
  expect(new Set(rows.map(({ path, status }) => `${path} ${status}`))).toEqual(
    new Set(paths.map((path) => `${path} running`)),
  );
  const destroys = await Promise.all(paths.map((path) => world.mono(["destroy", path])));
  expect(destroys.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
  expect(await environments()).toEqual([]);
  await nothingIsLeft(world);
});

test("64 commands at once over 32 workspaces: every pair ends as it may, and the world is right", async () => {
  // Each kind of pair once in Docker mode, and seven times in simple mode.
  const subjects = Array.from({ length: 32 }, (_, index) => {
    const pair = pairs[index % pairs.length];
    if (pair === undefined) throw new Error("there are pairs");
    return { pair, path: world.workspace(`w${index}`, index < pairs.length ? docker : simple) };
  });
  const existing = subjects.filter(({ pair }) => pair.isThere);
  await Promise.all(existing.map(({ path }) => world.ok(["init", path])));

  const results = await Promise.all(
    subjects.map(({ pair, path }) =>
      Promise.all(pair.commands.map((command) => world.mono([command, path]))),
    ),
  );

  const statuses = await statusOfPaths();
  for (const [index, { pair, path }] of subjects.entries()) {
    const status = statuses.get(path);
    const seen = { codes: codesOf(results[index]), isThere: status !== undefined };
    const told = (results[index] ?? []).map(({ stderr }) => stderr).join("\n");
    expect(
      pair.allowed,
      `${pair.commands.join(" beside ")}: ${JSON.stringify(seen)}\n${told}`,
    ).toContainEqual(seen);
    if (status !== undefined) expect(status).toBe("running");
  }
  const ids = new Set((await environments()).map(({ id }) => id));
  expect(ids.size).toBe(statuses.size);
  await Promise.all(subjects.map(({ path }) => world.ok(["destroy", "--if-exists", path])));
  await nothingIsLeft(world);
});

test("sixteen inits from four homes on one engine, half of them of one name: nobody meets, and nothing is left", async () => {
  await initFromHomes(4, 4);
}, 300_000);

// As long as the machine needs for sixty-four Compose projects at once.
test.skipIf(process.env["MONO_TEST_ALL"] === undefined)(
  "sixty-four inits from eight homes on one engine (set MONO_TEST_ALL)",
  async () => await initFromHomes(8, 8),
  1_800_000,
);

async function initFromHomes(homes: number, each: number): Promise<void> {
  const subjects = Array.from({ length: homes * each }, (_, index) => {
    const home = join(world.folder, `home-${index % homes}`);
    const number = Math.floor(index / homes);
    // Half of a home's workspaces are called as those of the other homes are.
    const name = world.unique(number % 2 === 0 ? `same${number}` : `own${index}`);
    const path = join(world.folder, `place-${index % homes}`, name);
    writeFiles(path, docker);
    return { path, options: { env: { MONO_HOME: home } } };
  });
  const inits = await Promise.all(subjects.map(({ path, options }) => world.mono(["init", path], options)));
  expect(inits.filter(({ exitCode }) => exitCode !== 0).map(({ stderr }) => stderr)).toEqual([]);
  const answers = await Promise.all(
    subjects.map(({ path, options }) => world.ok(["vars", "--json", path], options)),
  );
  const variables = answers.map(({ stdout }) => JSON.parse(stdout).variables as Record<string, string>);
  for (const name of ["MONO_ENV_ID", "MONO_ENV_NAME", "MONO_WEB_PORT"])
    expect(new Set(variables.map((all) => all[name])).size, name).toBe(subjects.length);
  const destroys = await Promise.all(
    subjects.map(({ path, options }) => world.mono(["destroy", path], options)),
  );
  expect(destroys.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
  for (let index = 0; index < homes; index++)
    await nothingIsLeft(withHome(world, join(world.folder, `home-${index}`)));
  expect(await dockerLeftovers(world)).toEqual([]);
}

function codesOf(results: readonly Result[] | undefined): [number, number] {
  const [one, other] = (results ?? []).map(({ exitCode }) => exitCode);
  if (one === undefined || other === undefined) throw new Error("a pair has two results");
  return [one, other];
}

async function environments(): Promise<readonly { id: number; path: string; status: string }[]> {
  return JSON.parse((await world.ok(["list", "--json"])).stdout).environments;
}

async function statusOfPaths(): Promise<ReadonlyMap<string, string>> {
  return new Map((await environments()).map(({ path, status }) => [path, status]));
}
