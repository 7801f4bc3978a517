import { expect, test } from "bun:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { MonoError } from "../error/mono-error.ts";
import type { Config } from "./config.ts";
import { parseConfig } from "./mono-yml.ts";

const empty: Config = { scripts: {}, composeFiles: [], profiles: [] };

function parse(text: string): Config {
  return parseConfig(text, "mono.yml");
}

/** The error that the text gives. */
function errorOf(text: string): MonoError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof MonoError) return error;
    throw error;
  }
  throw new Error("the text has no problem");
}

/** The problems of the text, each `line:column: message`, without the lines that show the place. */
function problemsOf(text: string): string[] {
  return errorOf(text).details.flatMap((line) => /^mono\.yml:(\d+:\d+: .*)$/.exec(line)?.[1] ?? []);
}

test("every key may be there", () => {
  const text = `
scripts:
  init: npm ci
  setup: |
    npm run migrate
    npm run fixtures
  run: npm start
  destroy: ./dump.sh
compose:
  files: [docker/compose.dev.yml, docker/compose.override.yml]
  profiles: [dev]
`;
  expect(parse(text)).toEqual({
    scripts: {
      init: "npm ci",
      setup: "npm run migrate\nnpm run fixtures\n",
      run: "npm start",
      destroy: "./dump.sh",
    },
    composeFiles: ["docker/compose.dev.yml", "docker/compose.override.yml"],
    profiles: ["dev"],
  });
});

test.each([
  ["an empty file", ""],
  ["comments alone", "# nothing yet\n\n"],
  ["an empty document", "---\n...\n"],
  ["null", "~\n"],
  ["an empty mapping", "{}\n"],
  ["keys without values", "scripts:\ncompose:\n"],
  ["scripts without values", "scripts:\n  init:\n  run: ~\ncompose:\n  files:\n  profiles:\n"],
  ["blank scripts", 'scripts:\n  init: ""\n  run: "  "\n  setup: |\n\n'],
  ["empty lists", "compose: {files: [], profiles: []}\n"],
])("%s is a configuration that asks for nothing", (_what, text) => {
  expect(parse(text)).toEqual(empty);
});

test.each([
  ["an alias", "scripts:\n  init: &install npm ci\n  run: *install\n", { init: "npm ci", run: "npm ci" }],
  ["an anchor that is not used", "scripts: {run: &x npm start}\n", { run: "npm start" }],
  [
    "Windows line ends",
    "scripts:\r\n  init: npm ci\r\n  run: npm start\r\n",
    { init: "npm ci", run: "npm start" },
  ],
  ["a byte order mark", "\ufeffscripts:\n  run: npm start\n", { run: "npm start" }],
  ["a folded text", "scripts:\n  run: >-\n    npm\n    start\n", { run: "npm start" }],
  ["what looks like a date", "scripts: {run: 2024-01-01}\n", { run: "2024-01-01" }],
  ["YAML 1.1's booleans, which are texts", "scripts: {run: yes, init: off}\n", { run: "yes", init: "off" }],
])("%s is understood", (_what, text, scripts) => {
  expect(parse(text).scripts).toEqual(scripts);
});

test.each<[string, string, string[]]>([
  ["an unknown key", "scirpts: {}\n", ["1:1: unknown key scirpts: did you mean scripts?"]],
  ["one that is near nothing", "\nports: 3\n", ["2:1: unknown key ports (known: scripts, compose)"]],
  [
    "an unknown script",
    "scripts:\n  init: a\n  destory: b\n",
    ["3:3: unknown key destory in scripts: did you mean destroy?"],
  ],
  [
    "a script that mono does not have",
    "scripts: {build: make}\n",
    ["1:11: unknown key build in scripts (known: init, setup, run, destroy)"],
  ],
  [
    "an unknown key of compose",
    "compose: {file: []}\n",
    ["1:11: unknown key file in compose: did you mean files?"],
  ],
  ["a key that every object has", "toString: 1\n", ["1:1: unknown key toString (known: scripts, compose)"]],
  ["the key of a prototype", "__proto__: {}\n", ["1:1: unknown key __proto__ (known: scripts, compose)"]],
  ["a key that is a number", "1: a\n", ["1:1: unknown key 1 (known: scripts, compose)"]],
  ["a key that is a list", "? [a]\n: b\n", ["1:3: with stringKeys, all keys must be strings"]],
  ["a text", "npm start\n", ["1:1: the file must be a mapping with scripts or compose"]],
  [
    "scripts as a text",
    "scripts: npm ci\n",
    ["1:10: scripts must be a mapping with init, setup, run or destroy"],
  ],
  [
    "a script that is a number",
    "scripts:\n  run: 8080\n",
    ["2:8: scripts.run must be a string: a command line, or several lines after `|`"],
  ],
  [
    "a script that is a list",
    "scripts:\n  run:\n    - npm ci\n",
    ["3:5: scripts.run must be a string: a command line, or several lines after `|`"],
  ],
  ["compose as a list", "compose: 1\n", ["1:10: compose must be a mapping with files or profiles"]],
  ["files as a text", "compose:\n  files: a.yml\n", ["2:10: compose.files must be a list of paths"]],
  ["profiles as a text", "compose: {profiles: dev}\n", ["1:21: compose.profiles must be a list of names"]],
  [
    "a file that is a number, and one without a name",
    'compose:\n  files: [a.yml, 1, ""]\n',
    [
      "2:18: compose.files.1 must be a path, relative to the workspace",
      "2:21: compose.files.2 must not be empty",
    ],
  ],
  [
    "a profile without a name",
    'compose:\n  profiles:\n    - ""\n',
    ["3:7: compose.profiles.0 must not be empty"],
  ],
  ["a key twice", "scripts:\n  run: a\n  init: b\n  run: c\n", ["4:3: map keys must be unique"]],
  ["a tab for an indent", "scripts:\n\trun: a\n", ["2:1: tabs are not allowed as indentation"]],
  ["a tag that nobody knows", "scripts: {run: !env a}\n", ["1:16: unresolved tag: !env"]],
  [
    "two documents",
    "scripts: {}\n---\ncompose: {}\n",
    ["2:1: source contains multiple documents; please use YAML.parseAllDocuments()"],
  ],
  [
    "a list that does not end",
    "compose: {files: [a",
    [
      "1:20: flow sequence in block collection must be sufficiently indented and end with a ]",
      "1:20: flow map in block collection must be sufficiently indented and end with a }",
    ],
  ],
])("%s is a problem at its place", (_what, text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});

test("every problem is told at once, from the top to the bottom", () => {
  const text = "port: 1\nscripts:\n  destory: a\n  run: 1\ncompose:\n  profiles: dev\n";
  const error = errorOf(text);
  expect(error.message).toBe("mono.yml has 4 problems");
  expect(error.code).toBe("configuration");
  expect(problemsOf(text)).toEqual([
    "1:1: unknown key port (known: scripts, compose)",
    "3:3: unknown key destory in scripts: did you mean destroy?",
    "4:8: scripts.run must be a string: a command line, or several lines after `|`",
    "6:13: compose.profiles must be a list of names",
  ]);
});

test("a problem shows its line, and points at its column", () => {
  const error = errorOf("# mine\nscripts:\r\n\n  rum: npm start\r\n");
  expect(error.message).toBe("mono.yml has 1 problem");
  expect(error.details).toEqual([
    "mono.yml:4:3: unknown key rum in scripts: did you mean run?",
    "  4 │   rum: npm start",
    "        ^",
  ]);
});

test("of a long line only what is around the problem is shown, and the caret still points at it", () => {
  const [, shown = "", caret = ""] = errorOf(`scripts: {run: "${"x".repeat(500)}", bad: 1}`).details;
  expect(shown.length).toBeLessThan(250);
  expect(shown.slice(caret.indexOf("^"))).toBe("bad: 1}");
});

test("aliases that multiply without end are an error, not a full memory", () => {
  const doubled = Array.from(
    { length: 30 },
    (_, index) => `x${index + 1}: &x${index + 1} [*x${index}, *x${index}]`,
  );
  expect(errorOf(["x0: &x0 [a]", ...doubled].join("\n")).details[0]).toContain("alias");
});

test("what a program writes as YAML is read back", () => {
  const text = fc
    .string({ unit: "binary", minLength: 1, maxLength: 20 })
    .filter((value) => value.trim() !== "" && !value.includes("\0"));
  const config = fc.record({
    scripts: fc.record({ init: text, setup: text, run: text, destroy: text }, { requiredKeys: [] }),
    compose: fc.record({
      files: fc.array(text, { maxLength: 2 }),
      profiles: fc.array(text, { maxLength: 2 }),
    }),
  });
  fc.assert(
    fc.property(config, ({ scripts, compose: { files, profiles } }) => {
      const written = stringify({ scripts, compose: { files, profiles } });
      expect(parse(written)).toEqual({ scripts, composeFiles: files, profiles });
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['scripts: {run: "a\\0b"}', "1:16: scripts.run must not contain a NUL character"],
  ['compose: {files: ["a\\0b"]}', "1:19: compose.files.0 must not contain a NUL character"],
  ['compose: {profiles: ["a\\0b"]}', "1:22: compose.profiles.0 must not contain a NUL character"],
  [`compose: {files: [${"x".repeat(4096)}]}`, "1:19: compose.files.0 must not be longer than 4095 bytes"],
  [`compose: {profiles: [${"ü".repeat(128)}]}`, "1:22: compose.profiles.0 must not be longer than 255 bytes"],
  [`compose: {files: [${"a,".repeat(101)}]}`, "1:18: compose.files must not have more than 100 entries"],
])("what no program can be given is a problem: %#", (text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

test("of many problems the first are shown, and the number of the others", () => {
  const error = errorOf("- a\n".repeat(3) + "]\n".repeat(30));
  expect(error.message).toBe("mono.yml has 30 problems");
  expect(error.details).toHaveLength(20 * 3 + 1);
  expect(error.details.at(-1)).toBe("and 10 more");
});

test("what the file makes of the terminal is shown, and not obeyed", () => {
  expect(errorOf('"a\\e[2J": \u001b[31m\t\n').details).toEqual([
    "mono.yml:1:1: unknown key a\ufffd[2J (known: scripts, compose)",
    '  1 │ "a\\e[2J": \ufffd[31m ',
    "      ^",
  ]);
});

test("a name without end is shown in part", () => {
  expect(problemsOf(`${"x".repeat(1000)}: 1`)).toEqual([
    `1:1: unknown key ${"x".repeat(40)}… (known: scripts, compose)`,
  ]);
});

test("a script may be as long as the file", () => {
  const script = "# what it does\n".repeat(50_000);
  expect(parse(stringify({ scripts: { run: script } })).scripts).toEqual({ run: script });
});

// Each takes the parser minutes, or all its memory, and is refused before.
test.each([
  ["keys", "k: 1\n".repeat(100_000), "2001:1"],
  ["aliases", `a: &a 1\n${"- *a\n".repeat(100_000)}`, "2500:1"],
  ["brackets that open", "[".repeat(1_000_000), "1:10001"],
  ["brackets that close", "]".repeat(1_000_000), "1:10001"],
  ["lists in lists", "- ".repeat(500_000), "1:10001"],
])("too many %s are a problem", (_what, text, place) => {
  expect(problemsOf(text)).toEqual([
    `${place}: from here on it is too much: more than 10000 words and signs`,
  ]);
});

test.each([
  ["in lists", "[".repeat(9000)],
  ["in lists that end", "[".repeat(4900) + "]".repeat(4900)],
  ["in mappings", "{a: ".repeat(2400)],
  ["in keys", "? ".repeat(4900)],
  ["in items", "- ".repeat(4900)],
])("what is nested deeply %s is a problem in time", (_what, text) => {
  expect(errorOf(text).details.join("\n")).not.toContain("call stack");
});

test("whatever the text, it is a configuration or an error with places in the file", () => {
  const word = fc.constantFrom(
    "scripts",
    "compose",
    "run",
    ": ",
    "\n",
    "  ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "*a",
    "&a ",
    "'",
    "|",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(word).map((words) => words.join("")),
  );
  fc.assert(
    fc.property(text, (anything) => {
      try {
        parse(anything);
      } catch (error) {
        if (!(error instanceof MonoError)) throw error;
        expect(error.details[0]).toMatch(/^mono\.yml:\d+:\d+: /);
        const lines = anything.split("\n").length;
        expect(Number(error.details[0]?.split(":")[1])).toBeWithin(1, lines + 1);
      }
    }),
    { numRuns: 200 },
  );
});

test("two unknown keys of one mapping are both told", () => {
  expect(problemsOf("scripts:\n  inti: a\n  biuld: b\n")).toHaveLength(2);
});

test("a key that is there twice does not hide the other problems", () => {
  expect(problemsOf("scripts:\n  run: a\n  run: b\nports: 1\n")).toHaveLength(2);
});

test("a list where a mapping belongs is a problem at its place", () => {
  expect(problemsOf("scripts:\n  - npm ci\n")).toEqual([
    "2:3: scripts must be a mapping with init, setup, run or destroy",
  ]);
});

test("an empty list where a mapping belongs is a problem", () => {
  expect(problemsOf("scripts: []\n")).toHaveLength(1);
});

test("an alias without an anchor is a problem at its place", () => {
  expect(problemsOf("scripts:\n  run: *start\n")).toEqual([
    "2:8: unresolved alias (the anchor must be set before the alias): start",
  ]);
});

// What is unknown is looked for in the document, where an alias stands for the mapping.
test("an unknown key of a mapping that an alias stands for is a problem", () => {
  expect(problemsOf("scripts: &shared\n  run: npm start\ncompose: *shared\n")).toHaveLength(1);
});
