import { expect, test } from "bun:test";
import fc from "fast-check";
import { mayShareNames, requireOwnNames } from "./engine-names.ts";
import type { ComposeModel } from "./model.ts";

const project = (environment: string, model: Partial<ComposeModel>) => ({
  environment,
  model: { name: `mono-${environment}`, services: {}, ...model },
});

test("a container's name that two environments would have is an error that names both", () => {
  const own = project("a", { services: { "b-web": {} } });
  const others = ["c", "a-b"].map((name) => project(name, { services: { web: {} } }));
  expect(() => requireOwnNames(own, others)).toThrow(
    "service b-web of a and service web of a-b would both be the container mono-a-b-web",
  );
});

test.each<["networks" | "volumes", string]>([
  ["networks", "network back of a and network back of a would both be the network mono-a_back"],
  ["volumes", "volume back of a and volume back of a would both be the volume mono-a_back"],
])("two projects of one name cannot have the same of their %s", (kind, message) => {
  const model = project("a", { [kind]: { back: null } });
  expect(() => requireOwnNames(model, [model])).toThrow(message);
});

test.each([
  ["a", "a-b", true],
  ["a_b", "a", true],
  ["a", "ab", false],
  ["a-b", "a-c", false],
  ["a", "a", false],
])("%s and %s may share names: %p", (one, other, expected) => {
  expect(mayShareNames(one, other)).toBe(expected);
});

test("environments with the same compose file, and what is external, are no conflict", () => {
  const model = { services: { web: {} }, networks: { default: null }, volumes: { data: null } };
  const others = ["b", "a-b", "ab"].map((name) => project(name, model));
  expect(() => requireOwnNames(project("a", model), others)).not.toThrow();
  const external = project("a", { networks: { theirs: { external: true } } });
  expect(() => requireOwnNames(external, [external])).not.toThrow();
});

test("whatever two projects are called and have: where a name is shared, it was looked for", () => {
  // Few characters, so that names clash often.
  const word = (characters: string) =>
    fc.string({ unit: fc.constantFrom(...characters.split("")), maxLength: 2 });
  const name = fc.tuple(fc.constantFrom("a", "1"), word("1-_")).map(([first, rest]) => `${first}${rest}`);
  const key = word("1-_").filter((text) => text !== "");
  const things = fc
    .array(key, { maxLength: 6 })
    .map((keys) => Object.fromEntries(keys.map((one) => [one, {}])));
  const model = fc.record({ services: things, networks: things, volumes: things });
  let clashes = 0;
  const property = fc.property(
    fc.uniqueArray(name, { minLength: 2, maxLength: 2 }),
    model,
    model,
    (names, own, other) => {
      const [one = "", two = ""] = names;
      try {
        requireOwnNames(project(one, own), [project(two, other)]);
      } catch {
        clashes++;
        expect(mayShareNames(one, two)).toBe(true);
        expect(mayShareNames(two, one)).toBe(true);
      }
    },
  );
  fc.assert(property, { numRuns: 2000 });
  expect(clashes).toBeGreaterThan(10);
});
