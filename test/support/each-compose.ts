import { describe } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { worldForEachTest } from "./world-for-each-test.ts";
import { repository, type World } from "./world.ts";

/** An old Compose, which scripts/test fetches where Debian's packages are. */
export const oldCompose = join(repository, "node_modules/.cache/compose-trixie");

/** The tests twice: with the installed Compose, and with an old one if it is there. */
export function describeWithEachCompose(tests: (world: World) => void): void {
  describe("with the installed Compose", () => tests(worldForEachTest()));
  describe.skipIf(!existsSync(oldCompose))("with an old Compose", () =>
    tests(worldForEachTest({ composePlugin: oldCompose })),
  );
}
