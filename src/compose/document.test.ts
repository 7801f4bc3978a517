import { expect, test } from "bun:test";
import fc from "fast-check";
import { parse } from "yaml";
import { changeDocument } from "./change.ts";
import { parsePrinted, parseWritten, printDocument, valueOf } from "./document.ts";

/** Printed by Compose 2.40. */
const printed = String.raw`name: p
services:
  web:
    command:
      - sh
      - "a\tb\x01\uFEFF\U0001F600\N\" \\"
      - ''''
      - - 2
        - - 3
      - a: b
        c:
          - d
    labels:
      a$$b: $$c
      'k: x': 'v # w'
      "null": null
    x-any:
      ? |-
        multi
        line
      : z
      ? long
      : x:
          - "y"
      none: []
      nothing: {}
      number: 1.5e+300
      text: |2-
          lead
         b
      kept: |+
        a

`;

test("what Compose prints is read: its scalars, its collections, its long keys", () => {
  expect(valueOf(parsePrinted(printed))).toEqual({
    name: "p",
    services: {
      web: {
        command: ["sh", 'a\tb\u0001\ufeff\u{1f600}\u0085" \\', "'", [2, [3]], { a: "b", c: ["d"] }],
        labels: { a$b: "$$c", "k: x": "v # w", null: null },
        "x-any": {
          "multi\nline": "z",
          long: { x: ["y"] },
          none: [],
          nothing: {},
          number: 1.5e300,
          text: "  lead\n b",
          kept: "a\n\n",
        },
      },
    },
  });
});

test("Compose breaks lines at U+2028, and takes the indentation after it away again", () => {
  const text = "a:\n  - 'b\u2028    c'\n  - |+\n    d\n\u2028  - e\n";
  expect(valueOf(parsePrinted(text))).toEqual({ a: ["b\u2028c", "d\n\u2028", "e"] });
});

test("what Compose would not read as it has printed it is written in another way", () => {
  const text = "<<: |-\n  \ta\n  b\nzero: -0\n";
  expect(printDocument(parsePrinted(text))).toBe('"<<": "\\ta\\nb"\nzero: -0.0\n');
});

test.each([
  "a: 'b\n",
  "a: b",
  "a: b: c\n  d\n",
  "a:\nb: c\n",
  "a: &b c\n",
  "a: [b]\n",
  "a: b\na: c\n",
  "- a\nb: c\n",
  "a:\n    b: c\n  d: e\n",
  "text\n  more\n",
])("a line in another form is an error, and never skipped: %p", (text) => {
  expect(() => parsePrinted(text)).toThrow(SyntaxError);
});

test("any model that mono writes is read again, by mono and by a YAML parser", () => {
  const model = fc
    .dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ stringUnit: "binary", maxDepth: 2 }), {
      minKeys: 1,
    })
    // `-0`, which JSON has not.
    .map((value): unknown => JSON.parse(JSON.stringify(value)));
  fc.assert(
    fc.property(model, (value) => {
      const text = printDocument(changeDocument({ kind: "scalar", raw: "null" }, undefined, value));
      expect(valueOf(parseWritten(text))).toEqual(value);
      expect(parse(text, { uniqueKeys: true })).toEqual(value);
    }),
    { numRuns: 150 },
  );
});
