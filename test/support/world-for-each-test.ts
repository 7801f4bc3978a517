import { afterEach, beforeEach } from "bun:test";
import { createWorld, disposeWorld, type World, type WorldOptions } from "./world.ts";

/** The world of the test that runs: a new one for each test of the file, and nothing left of it afterwards. */
export function worldForEachTest(options?: WorldOptions): World {
  let current: World | undefined;
  beforeEach(() => {
    current = createWorld(options);
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
