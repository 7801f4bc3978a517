/** The lists of what tests need have no names that are gone, and no file that plainly needs more. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { needNoDocker, needNothing, testName } from "../scripts/test-needs.ts";

const files = new Map(
  readdirSync(import.meta.dir)
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => [testName(file), readFileSync(join(import.meta.dir, file), "utf8")]),
);

test.each([...needNothing, ...needNoDocker])("%s is a test", (name) => {
  expect(files.has(name)).toBe(true);
});

test("no test stands in both lists", () => {
  expect(needNothing.filter((name) => needNoDocker.includes(name))).toEqual([]);
});

test.each([...needNothing, ...needNoDocker].filter((name) => name !== "test-needs"))(
  "%s starts no container",
  (name) => {
    expect(files.get(name)).not.toMatch(
      /\bbaseImage\b|BASE_IMAGE|private-engine|each-compose|copyOf|\["docker"/,
    );
  },
);
