import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorsPage, errorsPageFile } from "../../../scripts/errors-page.ts";
import { areas } from "./index.ts";

const entries = areas.flatMap(({ errors }) => Object.entries(errors));
const sourceFolder = join(import.meta.dir, "../..");
const sources = [...new Bun.Glob("**/*.ts").scanSync(sourceFolder)]
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => ({ file, text: readFileSync(join(sourceFolder, file), "utf8") }));

describe("the catalogue", () => {
  test("has an id of its own for each error, which fits a program", () => {
    const ids = entries.map(([, { id }]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test.each(entries)("%s is thrown somewhere", (name) => {
    const outside = sources.filter(({ file }) => !file.startsWith("error/"));
    const isUsed = new RegExp(String.raw`\b${name}(\(|\.content\()`);
    expect(outside.filter(({ text }) => isUsed.test(text))).not.toEqual([]);
  });

  test.each(entries)("%s says what failed, and what to do, on a line each", (_, entry) => {
    const { message, hint } = entry.example();
    for (const text of [message, hint]) {
      expect(text).toMatch(/^\S.*[^\s.]$/);
      expect(text).not.toContain("undefined");
    }
    expect(entry.when).toMatch(/^(mono|tmux|[A-Z`.]).*\.$/);
  });

  test("is where every error is made", () => {
    const makers = sources.filter(({ text }) => text.includes("new MonoError("));
    expect(makers.map(({ file }) => file).toSorted()).toEqual(["error/define.ts", "error/mono-error.ts"]);
  });

  test("is what docs/errors.md shows: npm run docs writes it", () => {
    expect(readFileSync(errorsPageFile, "utf8")).toBe(errorsPage());
  });
});
