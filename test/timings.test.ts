/** `MONO_TIMINGS`: where the time of a command goes. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { createWorld, disposeWorld, type World } from "./support/world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(async () => await disposeWorld(world));

test("MONO_TIMINGS prints a table to standard error, and standard output stays as it is", async () => {
  await world.ok(["init", world.workspace("timed", {})]);
  const plain = await world.mono(["list"]);
  const timed = await world.mono(["list"], { env: { MONO_TIMINGS: "1" } });
  expect(plain).toMatchObject({ exitCode: 0, stderr: "" });
  expect(timed).toMatchObject({ exitCode: 0, stdout: plain.stdout });
  const [head, ...lines] = timed.stderr.trimEnd().split("\n");
  expect(head).toBe(" start ms   took ms");
  for (const line of lines) expect(line).toMatch(/^ +\d+\.\d +\d+\.\d {2}\S/);
  expect(lines.some((line) => line.includes("tmux ") && line.includes("list-sessions"))).toBe(true);
});
