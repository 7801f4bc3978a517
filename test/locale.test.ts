/** What mono writes down in one locale and time zone, it finds again in another: an agent and a terminal differ in both. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { isAnyRunning } from "./support/processes.ts";
import { eventually } from "./support/world.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";

const world = worldForEachTest();

const [tokyo, terminal] = [
  { LC_ALL: "de_DE.UTF-8", TZ: "Asia/Tokyo" },
  { LC_ALL: "C", TZ: "America/New_York" },
];

test("the orphans of a killed mono end with the next command, in another locale and time zone", async () => {
  const path = world.workspace("shop", { "mono.yml": "scripts:\n  init: echo $$ >orphan; sleep 1000\n" });
  const mono = world.start(["init", path], { env: tokyo });
  const orphan = await eventually("the init script", () => groupIn(path, "orphan"));
  mono.kill("SIGKILL");
  await mono.exited;
  expect(isAnyRunning(orphan)).toBe(true);
  await world.ok(["destroy", path], { env: terminal });
  expect(isAnyRunning(orphan)).toBe(false);
});

test("what a script has left in the background ends with destroy, in another locale and time zone", async () => {
  // `env -i` drops the variables, as a Mac hides those of its own programs.
  const script = "echo $$ >background; env -i sleep 1000 >/dev/null 2>&1 &";
  const path = world.workspace("shop", { "mono.yml": `scripts:\n  init: ${JSON.stringify(script)}\n` });
  await world.ok(["init", path], { env: tokyo });
  const background = await eventually("the background process", () => groupIn(path, "background"));
  expect(isAnyRunning(background)).toBe(true);
  await world.ok(["destroy", path], { env: terminal });
  expect(isAnyRunning(background)).toBe(false);
});

function groupIn(path: string, file: string): number | undefined {
  try {
    return Number(readFileSync(join(path, file), "utf8")) || undefined;
  } catch {
    return undefined;
  }
}
