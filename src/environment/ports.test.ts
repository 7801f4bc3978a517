import { expect, test } from "bun:test";
import fc from "fast-check";
import { MonoError } from "../error/mono-error.ts";
import { firstFreeId, highestId, portAt, portBlockOf, portsPerEnvironment } from "./ports.ts";

const anyId = fc.integer({ min: 1, max: highestId });
const anyOffset = fc.integer({ min: 0, max: portsPerEnvironment - 1 });
const ids = (count: number) => new Set(Array.from({ length: count }, (_, index) => index + 1));

test.each([
  [1, 0, 19_100],
  [3, 1, 19_301],
  [464, 99, 65_499],
])("the environment %d has at offset %d the port %d", (id, offset, port) => {
  expect(portAt(id, offset)).toBe(port);
});

test("464 environments have room below 65536, and no more", () => {
  expect(highestId).toBe(464);
  expect(portBlockOf(highestId + 1).last).toBeGreaterThan(65_535);
});

test("no two environments have a port in common, and every port is a valid one", () => {
  fc.assert(
    fc.property(anyId, anyOffset, anyId, anyOffset, (id, offset, otherId, otherOffset) => {
      const [port, other] = [portAt(id, offset), portAt(otherId, otherOffset)];
      expect(port === other).toBe(id === otherId && offset === otherOffset);
      expect(port).toBeWithin(19_100, 65_536);
    }),
    { numRuns: 1000 },
  );
});

test("the blocks follow each other without a gap and without an overlap", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: highestId - 1 }), (id) => {
      expect(portBlockOf(id + 1).first).toBe(portBlockOf(id).last + 1);
    }),
  );
});

test("the hundred and first port is an error of the configuration that says so", () => {
  expect(() => portAt(1, 100)).toThrow("the compose files publish more than 100 ports");
  try {
    portAt(1, 100);
  } catch (error) {
    expect(error).toBeInstanceOf(MonoError);
    expect(error).toMatchObject({ code: "configuration", hint: expect.stringContaining("100 host ports") });
  }
});

test.each([
  ["nothing is taken", [], [], 1],
  ["the first ones are taken", [1, 2], [], 3],
  ["one in between was given back", [1, 3], [], 2],
  ["something listens in the next block", [1], [2, 3], 4],
])("the first free id when %s", (_when, taken, busy, id) => {
  expect(firstFreeId(new Set(taken), new Set(busy))).toBe(id);
});

test("the first free id is free, and every smaller one is taken or busy", () => {
  const someIds = fc.uniqueArray(fc.integer({ min: 1, max: 12 }));
  fc.assert(
    fc.property(someIds, someIds, (taken, busy) => {
      const id = firstFreeId(new Set(taken), new Set(busy));
      const passedOver = new Set([...taken, ...busy]);
      expect(passedOver.has(id)).toBe(false);
      expect([...ids(id - 1)].every((smaller) => passedOver.has(smaller))).toBe(true);
    }),
  );
});

test("the last id is given, and after it there is a clear error", () => {
  expect(firstFreeId(ids(463), new Set())).toBe(464);
  expect(() => firstFreeId(ids(464), new Set())).toThrow(/^no free block of ports: 464 environments exist$/);
  expect(() => firstFreeId(ids(462), new Set([463, 464]))).toThrow(
    "462 environments exist, and ports of 2 more blocks are in use on this host",
  );
});
