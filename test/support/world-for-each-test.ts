import { afterEach, beforeEach } from "bun:test";
import { createWorld, disposeWorld, type World } from "./world.ts";

/** The world of the test that runs: a new one for each test of the file, and nothing left of it afterwards. */
export function worldForEachTest(): World {
  let current: World | undefined;
  beforeEach(() => {
    current = createWorld();
  });
  afterEach(async () => {
    if (current !== undefined) await disposeWorld(current);
  });
  return new Proxy({} as World, {
    get(_target, name) {
      if (current === undefined) throw new Error("there is a world in a test only");
      return Reflect.get(current, name);
    },
  });
}
