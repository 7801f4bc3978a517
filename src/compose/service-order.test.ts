import { expect, test } from "bun:test";
import fc from "fast-check";
import { serviceOrder } from "./service-order.ts";

test.each<[string, string[], string[], string[]]>([
  ["no file", [], ["b", "a"], ["a", "b"]],
  [
    "the order of the file, not of the alphabet",
    ["services: {web: {}, api: {}, db: {}}"],
    ["api", "db", "web"],
    ["web", "api", "db"],
  ],
  [
    "file by file, a service where it stands first",
    ["services:\n  web:\n  db:\n", "services:\n  api:\n  web:\n"],
    ["api", "db", "web"],
    ["web", "db", "api"],
  ],
  [
    "services of other files last, sorted",
    ["services:\n  web: {}\n"],
    ["web", "z", "included"],
    ["web", "included", "z"],
  ],
  [
    "names that look like numbers",
    ['services:\n  web: {}\n  010: {}\n  10: {}\n  "2": {}\n'],
    ["010", "10", "2", "web"],
    ["web", "010", "10", "2"],
  ],
  ["a service that Compose does not know", ["services: {ghost: {}, web: {}}"], ["web"], ["web"]],
  [
    "a service that stands there twice",
    ["services:\n  web: {}\n  db: {}\n  web: {}\n"],
    ["db", "web"],
    ["web", "db"],
  ],
  [
    "comments, anchors and merges",
    ["x: &x {a: 1}\nservices:\n  # first\n  web: &w\n    <<: *x\n  api: *w\n"],
    ["api", "web"],
    ["web", "api"],
  ],
  ["a file without services", ["include: [other.yml]\n"], ["web"], ["web"]],
  ["an empty file", [""], ["web"], ["web"]],
  ["services that are no mapping", ["services: [web, db]\n"], ["db", "web"], ["db", "web"]],
  ["what is not YAML", ["services: {web: {}, api: [\n\t- }"], ["api", "web"], ["web", "api"]],
  ["a text", ["just text"], ["web"], ["web"]],
  [
    "a file with Windows line ends",
    ["services:\r\n  web: {}\r\n  api: {}\r\n"],
    ["api", "web"],
    ["web", "api"],
  ],
])("the order of %s", (_what, texts, services, order) => {
  expect(serviceOrder(texts, services)).toEqual(order);
});

test("every service stands in it once, and none that is not one, whatever the files hold", () => {
  const name = fc.constantFrom("web", "api", "db", "10");
  const text = fc.oneof(
    fc.array(name).map((names) => `services:\n${names.map((key) => `  ${key}: {}\n`).join("")}`),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), fc.uniqueArray(name), (texts, services) => {
      expect(serviceOrder(texts, services).toSorted()).toEqual(services.toSorted());
    }),
  );
});
