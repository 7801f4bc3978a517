import { expect, test } from "bun:test";
import fc from "fast-check";
import { parse } from "yaml";
import { MonoError } from "../error/mono-error.ts";
import { parseGenerated, serialize, verifyGenerated } from "./generated-file.ts";
import type { ComposeModel } from "./model.ts";

/** Any JSON value with any characters, but `-0`, which JSON has not. */
const anyModel = fc
  .jsonValue({ stringUnit: "binary", maxDepth: 2 })
  .map((value) => JSON.parse(JSON.stringify({ services: {}, "x-value": value })) as ComposeModel);

test("a model that is written and read again is the same", () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      expect(parseGenerated(serialize(model))).toEqual(model);
    }),
    { numRuns: 150 },
  );
});

test("a YAML parser reads the file as it was written", () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      expect(parse(serialize(model), { uniqueKeys: true })).toEqual(model);
    }),
    { numRuns: 150 },
  );
});

test("characters that YAML alone takes for breaks, or refuses, are escaped", () => {
  const text = serialize({ services: {}, "x-breaks": "\u007f\u0085\u009f\u2028\u2029\ufeff" });
  expect(text).toContain(String.raw`"\u007f\u0085\u009f\u2028\u2029\ufeff"`);
});

const meant: ComposeModel = {
  name: "mono-shop",
  services: { web: { image: "nginx", ports: [{ target: 80, published: "19300" }], memswap_limit: -1 } },
  networks: { default: {}, theirs: { external: true, name: "theirs" } },
  volumes: { data: null },
};

/** The same, as Compose prints it: with the names that it derives, and without what is empty. */
const read: ComposeModel = {
  name: "mono-shop",
  services: { web: { image: "nginx", ports: [{ target: 80, published: "19300" }], memswap_limit: "-1" } },
  networks: { default: { name: "mono-shop_default", ipam: {} }, theirs: { external: true, name: "theirs" } },
  volumes: { data: { name: "mono-shop_data" } },
};

function problemsOf(model: ComposeModel): readonly string[] {
  try {
    verifyGenerated(meant, model, 3);
    return [];
  } catch (error) {
    if (error instanceof MonoError) return error.details;
    throw error;
  }
}

test("what Compose reads as it was meant is fine: its derived names, numbers as text, nothing for empty", () => {
  expect(problemsOf(read)).toEqual([]);
});

const web = read.services["web"] ?? {};
test.each<[string, ComposeModel, string[]]>([
  [
    "another value, which may be a secret and is not shown",
    { ...read, services: { web: { ...web, image: "secret" } } },
    ["services.web.image: meant another string, Compose reads another string"],
  ],
  [
    "a value that is gone",
    { ...read, services: { web: { ...web, memswap_limit: null } } },
    ["services.web.memswap_limit: meant another number, Compose reads nothing"],
  ],
  [
    "a value that nobody wrote",
    { ...read, services: { web: { ...web, tty: true } } },
    ["services.web.tty: meant nothing, Compose reads another boolean"],
  ],
  [
    "a network's name that another project may have",
    { ...read, networks: { ...read.networks, default: { name: "shop" } } },
    ["networks.default.name: meant another string, Compose reads another string"],
  ],
  [
    "a list of another length",
    { ...read, services: { web: { ...web, ports: [] } } },
    ["services.web.ports: meant a list of 1, Compose reads a list of 0"],
  ],
  [
    "a mapping in place of a value",
    { ...read, services: { web: { ...web, image: { a: 1 } } } } as unknown as ComposeModel,
    ["services.web.image: meant another string, Compose reads a mapping of a"],
  ],
])("a difference is named by its place: %s", (_what, model, problems) => {
  expect(problemsOf(model)).toEqual(problems);
});

test.each<[string, ComposeModel, string]>([
  [
    "a port below the environment's block",
    { services: { web: { ports: [{ target: 80, published: "19299" }] } } },
    "services.web.ports: 19299 is not the environment's",
  ],
  [
    "a port above the environment's block",
    { services: { web: { ports: [{ target: 80, published: "19400" }] } } },
    "services.web.ports: 19400 is not the environment's",
  ],
  [
    "a container name",
    { services: { web: { container_name: "web" } } },
    "services.web.container_name: is still there",
  ],
])("what can meet another environment is refused, though it was meant: %s", (_what, model, problem) => {
  expect(() => verifyGenerated(model, model, 3)).toThrow(expect.objectContaining({ details: [problem] }));
});

test("a range that ends outside the environment's block is refused", () => {
  const model = { services: { web: { ports: [{ target: 80, published: "19399-19401" }] } } };
  expect(() => verifyGenerated(model, model, 3)).toThrow();
});

test.each(["", "services: [", "[]", "null", "{}", '{"services": []}'])(
  "a file that somebody has made of it is none that mono has generated: %p",
  (text) => {
    expect(() => parseGenerated(text)).toThrow(SyntaxError);
  },
);
