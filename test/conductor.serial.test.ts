/** mono as Conductor's scripts call it, by the scripts that examples/shop ships. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { askShell, createConductor, exampleScripts, succeeded } from "./support/conductor.ts";
import { nothingIsLeft } from "./support/leftovers.ts";
import { isPortFree } from "./support/ports.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, sessions } from "./support/world.ts";

const world = worldForEachTest();

/** A run script that serves on a port of the environment's, and says so. */
const server = {
  "mono.yml": [
    "scripts:",
    "  setup: touch set-up",
    "  run: |",
    "    echo serving",
    "    echo $((18000 + MONO_ENV_ID)) > port",
    '    exec busybox httpd -f -p "$(cat port)"',
    "",
  ].join("\n"),
};

async function portOf(path: string): Promise<number> {
  return await eventually("the server", async () => {
    const text = existsSync(join(path, "port")) ? readFileSync(join(path, "port"), "utf8") : "";
    return text !== "" && !(await isPortFree(Number(text))) && Number(text);
  });
}

test("both forms of the example say the same", () => {
  const { toml, json } = exampleScripts();
  expect(json).toEqual(toml);
  expect(toml.run).toContain("--follow");
});

test("the life of a workspace of the example: setup, run, stop, run again, archive", async () => {
  const workspace = createConductor(world).open(world.copyOf("examples/shop", "shop"));
  await succeeded(workspace.setup());
  const { variables } = JSON.parse((await world.ok(["vars", "--json", workspace.path])).stdout);
  const url = `http://localhost:${variables.MONO_WEB_PORT}`;
  for (const round of [1, 2]) {
    const run = await workspace.run();
    await eventually("the address", () => run.stdout() !== "");
    expect(await (await fetch(`${url}/cgi-bin/shop`)).text()).toContain(`visit ${round}\n`);
    // What the server says of the visit, streamed while it happens.
    await eventually("the output of the run script", () => run.stdout().includes("web-1"));
    expect(run.stdout().split("\n")[0]).toBe(url);
    await run.stop();
  }
  const session = `mono-${variables.MONO_ENV_NAME}`;
  expect(await askShell(world, session, workspace.path, 'echo "$MONO_WEB_PORT $PWD"')).toBe(
    `${variables.MONO_WEB_PORT} ${workspace.path}\n`,
  );
  await succeeded(workspace.archive());
  await nothingIsLeft(world);
});

test("a setup that is cancelled leaves nothing", async () => {
  const path = world.workspace("cancelled", { "mono.yml": "scripts: { init: touch here; sleep 1000 }\n" });
  const setup = createConductor(world).open(path).setup();
  await eventually("the init script", () => existsSync(join(path, "here")));
  await setup.stop();
  await nothingIsLeft(world);
});

test("stop ends the run and frees its port; the session stays, and the next run serves", async () => {
  const workspace = createConductor(world).open(world.workspace("stopped", server));
  await succeeded(workspace.setup());
  for (let round = 0; round < 2; round++) {
    rmSync(join(workspace.path, "port"), { force: true });
    const run = await workspace.run();
    const port = await portOf(workspace.path);
    await eventually("the output", () => run.stdout() === "serving\n");
    expect([129, 137]).toContain(await run.stop());
    await eventually("the free port", () => isPortFree(port));
    const session = `mono-${world.unique("stopped")}`;
    expect(await askShell(world, session, workspace.path, 'echo "$MONO_ENV_NAME $CONDUCTOR_PORT $PWD"')).toBe(
      `${world.unique("stopped")} ${workspace.env["CONDUCTOR_PORT"]} ${workspace.path}\n`,
    );
  }
  await succeeded(workspace.archive());
  await nothingIsLeft(world);
});

test("with run mode nonconcurrent, the run of one workspace ends that of the other, and nothing else of it", async () => {
  const conductor = createConductor(world, { ...exampleScripts().toml, runMode: "nonconcurrent" });
  // One port for both.
  const files = { "mono.yml": "scripts: { run: exec busybox httpd -f -p 18901 }\n" };
  const [one, other] = ["one", "other"].map((name) => conductor.open(world.workspace(name, files))) as [
    ReturnType<typeof conductor.open>,
    ReturnType<typeof conductor.open>,
  ];
  await Promise.all([one, other].map((workspace) => succeeded(workspace.setup())));
  const first = await one.run();
  await eventually("the first server", async () => !(await isPortFree(18_901)));
  const second = await other.run();
  expect([129, 137]).toContain(await first.ended);
  await eventually("the second server", async () => !(await isPortFree(18_901)));
  expect((await sessions(world)).length).toBe(2);
  await second.stop();
  await eventually("the free port", () => isPortFree(18_901));
  for (const workspace of [one, other]) await succeeded(workspace.archive());
  await nothingIsLeft(world);
});

describe("archive", () => {
  test("ends a run that still runs", async () => {
    const workspace = createConductor(world).open(world.workspace("running", server));
    await succeeded(workspace.setup());
    const run = await workspace.run();
    const port = await portOf(workspace.path);
    await succeeded(workspace.archive());
    expect(await run.ended).not.toBe(0);
    expect(await isPortFree(port)).toBe(true);
    await nothingIsLeft(world);
  });

  test("twice, one after the other and at once, is fine", async () => {
    const workspace = createConductor(world).open(world.workspace("twice", server));
    await succeeded(workspace.setup());
    await succeeded(workspace.archive());
    await succeeded(workspace.archive());
    await succeeded(workspace.setup());
    await Promise.all([workspace.archive(), workspace.archive()].map(succeeded));
    await nothingIsLeft(world);
  });

  test("of a workspace whose folder is gone", async () => {
    const workspace = createConductor(world).open(world.copyOf("examples/shop", "gone"));
    await succeeded(workspace.setup());
    rmSync(workspace.path, { recursive: true });
    await succeeded(workspace.archive());
    await succeeded(workspace.archive());
    await nothingIsLeft(world);
  });
});

describe("a renamed workspace, with a link in its old place", () => {
  for (const by of ["its old path", "its new path"]) {
    test(`by ${by}: run, stop, archive`, async () => {
      const conductor = createConductor(world);
      const before = conductor.open(world.workspace("before", server));
      await succeeded(before.setup());
      const moved = world.unique("after");
      renameSync(before.path, join(world.folder, "workspaces", moved));
      symlinkSync(moved, before.path);
      const after = conductor.open(join(world.folder, "workspaces", moved));
      const workspace = by === "its old path" ? before : after;
      const run = await workspace.run();
      const port = await portOf(after.path);
      await run.stop();
      await eventually("the free port", () => isPortFree(port));
      await succeeded(workspace.archive());
      await nothingIsLeft(world);
    });
  }
});

describe("a session has the variables of its own workspace alone", () => {
  const own = (name: string) => ({
    [`CONDUCTOR_ONLY_${name.toUpperCase()}`]: name,
    [`ONLY_${name.toUpperCase()}`]: name,
    ONLY_SECRET: `of ${name}`,
  });
  const names = ["one", "other"] as const;

  const toLines = (env: Readonly<Record<string, string>>) =>
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join("");
  const conductors = (text: string) =>
    text
      .split("\n")
      .filter((line) => /^(CONDUCTOR|ONLY)_/.test(line))
      .toSorted();

  for (const starter of names) {
    test(`when ${starter} has started the tmux server, and after its restart`, async () => {
      const conductor = createConductor(world);
      const files = { "mono.yml": "scripts: { run: env | sort > in-run.new; mv in-run.new in-run }\n" };
      const workspaces = names.map((name) => conductor.open(world.workspace(name, files), own(name)));
      const ordered = starter === "one" ? workspaces : workspaces.toReversed();
      for (const workspace of ordered) await succeeded(workspace.setup());
      const inShells = async () => {
        for (const [index, { path, env }] of workspaces.entries()) {
          const session = `mono-${world.unique(names[index] ?? "")}`;
          expect(conductors(await askShell(world, session, path, "env"))).toEqual(conductors(toLines(env)));
        }
      };
      await inShells();
      await world.call(["tmux", "kill-server"]);
      for (const workspace of ordered.toReversed()) await succeeded(await workspace.run());
      await inShells();
      for (const { path, env } of workspaces)
        expect(conductors(readFileSync(join(path, "in-run"), "utf8"))).toEqual(conductors(toLines(env)));
      for (const workspace of workspaces) await succeeded(workspace.archive());
      await nothingIsLeft(world);
    });
  }
});
