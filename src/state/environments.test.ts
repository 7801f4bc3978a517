import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Environment } from "../environment/environment.ts";
import { createEnvironments } from "./environments.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-environments-"));
  file = join(folder, "state.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const shop: Environment = {
  id: 1,
  name: "shop",
  path: "/w/shop",
  dockerProject: "mono-shop",
  phase: "initializing",
  engine: "default",
  mark: "a1",
};
const blog: Environment = {
  id: 2,
  name: "blog",
  path: "/w/blog",
  dockerProject: null,
  phase: "ready",
  engine: null,
  mark: "b2",
};

test("reading from no database finds nothing, and makes none", () => {
  const environments = createEnvironments(file);
  expect(environments.list()).toEqual([]);
  expect(environments.findByName("shop")).toBeUndefined();
  expect(environments.findByPath("/w/shop")).toBeUndefined();
  expect(existsSync(file)).toBe(false);
});

test("what was inserted is found by its name and its path, in this process and the next", () => {
  const writer = createEnvironments(file);
  expect([writer.insert(shop), writer.insert(blog)]).toEqual(["inserted", "inserted"]);
  for (const environments of [writer, createEnvironments(file)]) {
    expect(environments.findByName("shop")).toEqual(shop);
    expect(environments.findByPath("/w/blog")).toEqual(blog);
    expect(environments.findByName("/w/shop")).toBeUndefined();
    expect(environments.list()).toEqual([blog, shop]);
  }
});

test("a reader that found no database sees what is written later", () => {
  const reader = createEnvironments(file);
  expect(reader.list()).toEqual([]);
  createEnvironments(file).insert(shop);
  expect(reader.list()).toEqual([shop]);
});

test.each<[string, Partial<Environment>]>([
  ["id", { id: 1 }],
  ["name", { name: "shop" }],
  ["path", { path: "/w/shop" }],
])("an environment whose %s is taken is not inserted", (_what, same) => {
  const environments = createEnvironments(file);
  environments.insert(shop);
  expect(environments.insert({ ...blog, ...same })).toBe("taken");
  expect(environments.list()).toEqual([shop]);
});

test("an update changes the phase, the project and the engine of one environment", () => {
  const environments = createEnvironments(file);
  environments.insert(shop);
  environments.insert(blog);
  const changed: Environment = {
    ...shop,
    phase: "ready",
    dockerProject: null,
    engine: "tcp://10.0.0.1:2376",
  };
  environments.update({ ...changed, name: "renamed", path: "/w/moved" });
  expect(environments.list()).toEqual([blog, changed]);
});

test("a row that is found by its mark gets another id and name, but none that another row has", () => {
  const environments = createEnvironments(file);
  environments.insert(shop);
  environments.insert(blog);
  expect(environments.rename({ ...shop, id: 2 })).toBe("taken");
  expect(environments.rename({ ...shop, name: "blog" })).toBe("taken");
  expect(environments.rename({ ...shop, id: 7, name: "shop-1f0c2a" })).toBe("inserted");
  expect(environments.list()).toEqual([blog, { ...shop, id: 7, name: "shop-1f0c2a" }]);
});

test("what was removed is gone, and its id, name and path are free again", () => {
  const environments = createEnvironments(file);
  environments.insert(shop);
  environments.insert(blog);
  environments.remove(shop);
  environments.remove(shop);
  expect(environments.list()).toEqual([blog]);
  expect(environments.insert(shop)).toBe("inserted");
});

test("any path is stored exactly as it is", () => {
  const environments = createEnvironments(file);
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (path) => {
      const environment = { ...shop, path };
      expect(environments.insert(environment)).toBe("inserted");
      expect(environments.findByPath(path)).toEqual(environment);
      environments.remove(environment);
    }),
    { numRuns: 30 },
  );
});

test("a broken database is an error that names the file, for every call", () => {
  writeFileSync(file, "garbage ".repeat(1000));
  const environments = createEnvironments(file);
  const message = `cannot use the state database ${file}: `;
  expect(() => environments.list()).toThrow(message);
  expect(() => environments.findByName("shop")).toThrow(message);
  expect(() => environments.insert(shop)).toThrow(message);
});

test("what SQLite refuses for any reason but a value that is taken is an error", () => {
  const environments = createEnvironments(file);
  environments.insert(shop);
  new Database(file).run("CREATE TRIGGER refusal BEFORE INSERT ON environments BEGIN SELECT missing(); END");
  expect(() => environments.insert(blog)).toThrow();
});
