/** The schemas of the repository are those of the code, and the one for mono.yml says what mono says. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { schemaDocuments } from "../scripts/schemas/documents.ts";
import { parseConfig } from "../src/config/mono-yml.ts";
import { problemsWith, schemaOf } from "./support/schemas.ts";
import { namesIn, repository } from "./support/world.ts";

test("schemas/ is up to date: npm run schemas", () => {
  const documents = schemaDocuments();
  expect(namesIn(join(repository, "schemas"))).toEqual([...documents.keys()].toSorted());
  for (const [name, text] of documents)
    expect(readFileSync(join(repository, "schemas", name), "utf8")).toBe(text);
});

describe("mono.yml", () => {
  const validate = schemaOf("mono");

  test.each([
    "{}",
    "scripts:\ncompose:\n",
    "scripts: {}\ncompose: {}\n",
    "scripts:\n  init: npm ci\n  setup: |\n    a\n    b\n  run: ''\n  destroy: ~\n",
    "compose:\n  files: [docker/compose.dev.yml]\n  profiles: [dev, test]\n",
    "compose: { files: [], profiles: ~ }\n",
    "x: &a npm ci\n",
    "scripts: { init: 5 }",
    "scripts: { init: [a, b] }",
    "scripts: { init: true }",
    'scripts: { init: "a\\0b" }',
    "scripts: { start: npm start }",
    "script: { run: npm start }",
    "scripts: [init]",
    "scripts: npm start",
    "- scripts",
    "scripts",
    "42",
    "compose: { files: compose.yml }",
    "compose: { files: [''] }",
    "compose: { files: [1] }",
    "compose: { files: [~] }",
    'compose: { files: ["a\\0b"] }',
    `compose: { files: [${"x".repeat(4095)}] }`,
    `compose: { files: [${"x".repeat(4096)}] }`,
    `compose: { profiles: [${"x".repeat(255)}] }`,
    `compose: { profiles: [${"x".repeat(256)}] }`,
    `compose: { profiles: [${"x, ".repeat(100)}] }`,
    `compose: { profiles: [${"x, ".repeat(101)}] }`,
    "compose: { profiles: { dev: true } }",
    "compose: { profile: [dev] }",
    "files: [compose.yml]",
  ])("%p is right or wrong in an editor as it is in mono", (text) => {
    const isRight = accepts(text);
    expect({ isRight, problems: problemsWith(parse(text), validate) }).toEqual({
      isRight,
      problems: isRight ? [] : expect.arrayContaining([expect.any(String)]),
    });
  });

  test("the example is right, and says where its schema is", () => {
    const folder = join(repository, "examples/shop");
    const text = readFileSync(join(folder, "mono.yml"), "utf8");
    expect(problemsWith(parse(text), validate)).toEqual([]);
    const schema = /^# yaml-language-server: \$schema=(.+)$/m.exec(text)?.[1] ?? "";
    expect(join(folder, schema)).toBe(join(repository, "schemas/mono.schema.json"));
  });

  test("each key has a description", () => {
    const schema = JSON.parse(readFileSync(join(repository, "schemas/mono.schema.json"), "utf8"));
    const sections = Object.values<Section>(schema.properties);
    const keys = sections.flatMap(({ anyOf }) => Object.values<Section>(anyOf[0]?.properties ?? {}));
    expect(keys).toHaveLength(6);
    for (const { description } of [...sections, ...keys]) expect(description.length).toBeGreaterThan(10);
  });
});

interface Section {
  readonly description: string;
  readonly anyOf: readonly { readonly properties?: Record<string, Section> }[];
}

function accepts(text: string): boolean {
  try {
    parseConfig(text, "mono.yml");
    return true;
  } catch {
    return false;
  }
}
