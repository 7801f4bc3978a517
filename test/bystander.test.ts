/** The short form of test/bystander/run.ts. */
import { expect, test } from "bun:test";
import { disturb } from "./bystander/operations.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";

const world = worldForEachTest();

test("random operations from two homes, some of them killed, touch nothing that only looks like mono's", async () => {
  expect(await disturb(world, { operations: 24, seed: 4711, atOnce: 3 })).toEqual([]);
});
