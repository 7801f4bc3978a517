/** mono.yml files that nobody should write, from bytes at random to ones that are nearly right. */
import fc from "fast-check";
import { parseDocument, stringify } from "yaml";
import type { Entry } from "./input.ts";
import { damagedText } from "./mutations.ts";

/** The only scripts that are ever run: a generated text must not do anything by chance. */
const safeScripts = ["true", ":", "exit 3", "echo x", "false", "true\n", "echo x\nexit 3\n", "  true  "];

/** True unless a script could be run that is not one of the safe ones. */
function isHarmless(text: string): boolean {
  if (!text.includes("scripts")) return true;
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent", stringKeys: true });
  try {
    const scripts: unknown = document.toJS()?.scripts ?? {};
    return Object.values(scripts ?? {}).every(
      (script) => typeof script !== "string" || script.trim() === "" || safeScripts.includes(script),
    );
  } catch {
    // It has no value, for mono neither.
    return true;
  }
}

function harmless(text: string): string {
  return isHarmless(text) ? text : text.replaceAll("scripts", "script5");
}

export const validTexts = [
  "",
  "scripts:\n  init: true\n  setup: echo x\n  run: exit 3\n  destroy: ':'\n",
  "# mine\nscripts:\n  init: |\n    echo x\n    exit 3\n",
  "scripts: &all\n  run: &x echo x\n  init: *x\ncompose:\n  files: []\n",
  "compose:\n  files:\n    - compose.yml\n    - more.yml\n  profiles: [dev, test]\n",
  '{"scripts": {"run": "true"}, "compose": {"files": ["compose.yml"], "profiles": ["a"]}}\n',
  "---\nscripts:\r\n  run: >-\r\n    true\r\n",
];

const tokens = [
  ["scripts", "compose", "init", "setup", "run", "destroy", "files", "profiles", "compose.yml"],
  [": ", ":\n", ":\n  ", "\n", "\n  ", "\n    ", "- ", "? ", "{", "}", "[", "]", ", ", "\t", "\r\n"],
  ["&a ", "*a", "&b ", "*b", "<<: ", "!!str ", "!!int ", "!!binary ", "!!set ", "!x ", "!<tag:x> "],
  ["%YAML 1.1\n", "%YAML 9.9\n", "%TAG ! tag:x\n", "---\n", "...\n", "|", ">-", "|2", "|+\n", "'", '"'],
  ["\\", "# c\n", "~", "null", "true", "1", "0x1f", "1e400", ".inf", "2024-01-01", "__proto__"],
  ["constructor", "\u0085", "\u2028", "\ufeff", "é", "😀", "\0", '"\\0"', '"\\ud800"', "\u001b[2J"],
].flat();
const valid = fc.constantFrom(...validTexts);

export const soup = fc
  .array(fc.constantFrom(...tokens), { minLength: 1, maxLength: 40 })
  .map((words) => harmless(words.join("")));

export const damaged = damagedText(valid).map(harmless);

export const bytes: fc.Arbitrary<Entry> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: "binary", maxLength: 300 }).map(harmless),
  // A right file in a wrong encoding, or with bytes that are not UTF-8.
  valid.map((text) => Buffer.from(`\ufeff${text}`, "utf16le")),
  fc.tuple(valid, fc.uint8Array({ minLength: 1, maxLength: 3 }), fc.nat(60)).map(([text, noise, at]) => {
    const whole = Buffer.from(text);
    // In a comment or a name, never in a script.
    const place = text.includes("scripts") ? 0 : at;
    return Buffer.concat([whole.subarray(0, place), noise, whole.subarray(place)]);
  }),
);

const keys = fc.constantFrom(
  ...[
    ["scripts", "script", "Scripts", "scirpts", "compose", "compsoe", "init", "inti", "setup", "run"],
    ["files", "file", "profiles", "profile", "__proto__", "constructor", "1", "", "init ", "a\nb", "\0"],
  ].flat(),
);
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1e308, "", " ", [], {}, [[]], [null], { a: 1 }, { ["__proto__"]: null }),
  fc.constantFrom(
    "x",
    "a\0b",
    "\u001b[31m",
    "\ud800",
    "😀",
    "x".repeat(5000),
    "x".repeat(200_000),
    "-",
    "--help",
  ),
  fc.array(fc.constantFrom<unknown>(1, "x", null, {}), { maxLength: 3 }),
  fc.dictionary(keys, fc.constantFrom<unknown>(1, "x", null, {}), { maxKeys: 3 }),
);
const script = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...safeScripts) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("true # \0", "true # \u001b[31m", "true # \ud800", "\n\n", "#!"),
  },
  { weight: 1, arbitrary: fc.constantFrom("#!/no/such\n", "#!\ntrue", "#!/bin/sh\ntrue", "-e", "\u2028") },
  { weight: 1, arbitrary: fc.constantFrom(`true # ${"x".repeat(150_000)}`, `true\n${"#\n".repeat(50_000)}`) },
  { weight: 1, arbitrary: odd.map((value) => (typeof value === "string" ? "" : value)) },
);
const path = fc.oneof(
  fc.constantFrom("compose.yml", "more.yml", "nowhere.yml", "", ".", "..", "/", "../compose.yml", "~", "-"),
  fc.constantFrom(
    "folder",
    "loop",
    "fifo",
    "dangling",
    "/dev/null",
    "folder/../compose.yml",
    "compose.yml/x",
  ),
  fc.constantFrom(
    "*",
    "$HOME",
    "${X:-y}",
    "https://example.invalid/x.yml",
    "oci://x",
    "git@x:y.git",
    "\\",
    "é",
  ),
  fc.constantFrom("compose.yml\n", "a\0b", "\ud800", "x".repeat(300), "x/".repeat(3000), "x".repeat(150_000)),
);
const profile = fc.oneof(
  fc.constantFrom("dev", "*", "", " ", "-", "--help", "a,b", "a b", "é", "$X", "a\nb", "a\0b", "\ud800"),
  fc.constantFrom("x".repeat(300), "x".repeat(150_000), '"', "'", "\\", "#{pane_id}", "~", "{", ";"),
);
const section = (content: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 6, arbitrary: content }, { weight: 1, arbitrary: odd });
const list = (element: fc.Arbitrary<unknown>) =>
  section(
    fc.oneof(
      fc.array(fc.oneof({ weight: 8, arbitrary: element }, { weight: 1, arbitrary: odd }), { maxLength: 3 }),
      fc
        .tuple(fc.constantFrom("compose.yml", "a", "", 1), fc.constantFrom(2, 300, 20_000))
        .map(([value, count]) => Array(count).fill(value)),
    ),
  );
const scripts = fc.record(
  { init: script, setup: script, run: script, destroy: script },
  { requiredKeys: [] },
);
const compose = fc.record({ files: list(path), profiles: list(profile) }, { requiredKeys: [] });
const extra = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.dictionary(keys, odd, { minKeys: 1, maxKeys: 2 }) },
);

/** The schema's own shape, with wrong values, odd names and odd paths in it. */
export const shaped = fc
  .tuple(
    fc.record({ scripts: section(scripts), compose: section(compose) }, { requiredKeys: [] }),
    extra,
    fc.boolean(),
  )
  .map(([sections, more, isJson]) => {
    const whole = { ...more, ...sections };
    return isJson ? JSON.stringify(whole) : stringify(whole, { aliasDuplicateObjects: false });
  });

const times = fc.constantFrom(10, 1000, 30_000, 300_000);
const repeated = fc
  .tuple(
    fc.constantFrom(
      ...[
        ["[", "]", "{a: ", "- ", "? ", "a: ", "&a [", "!x ", "%X\n", "---\n", "'", '"', "|\n", "\t", "#\n"],
        ["a\n", "run: 1\n", "x", " ", "\n", "\r", "\0", "\ufeff", "*a ", "&a ", "<<: ", "[]", "- [\n", "!"],
      ].flat(),
    ),
    times,
  )
  .map(([token, count]) => token.repeat(count));
const numbered = fc
  .tuple(
    fc.constantFrom(
      (n: number) => `k${n}: 1\n`,
      (n: number) => `? [${n}]\n: 1\n`,
      (n: number) => `x${n + 1}: &x${n + 1} [*x${n}, *x${n}]\n`,
      (n: number) => `x${n}: &x${n} {<<: *x${n - 1}}\n`,
      (n: number) => `k${n}: *k${n}\n`,
      (n: number) => `${" ".repeat(n % 2000)}a:\n`,
      (n: number) => `${" ".repeat(n % 50)}- ${n}\n`,
      (n: number) => `--- ${n}\n`,
    ),
    times,
  )
  .map(([line, count]) => Array.from({ length: Math.min(count, 100_000) }, (_, n) => line(n)).join(""));

/** Much of one thing: megabytes, deep nesting, long lines, aliases that multiply. */
export const large = fc
  .tuple(
    fc.oneof(repeated, numbered),
    fc.constantFrom(
      "",
      "x0: &x0 [a]\n",
      "compose:\n  files: [",
      "compose: {profiles: '",
      "scripts:\n  build: ",
    ),
  )
  .map(([much, head]) => head + much);
