import { expect, test } from "bun:test";
import fc from "fast-check";
import { readShellLine, replacement } from "./shell-line.ts";

test.each([
  ["mono ", ["mono", ""], ""],
  ["mono run", ["mono", "run"], ""],
  ["  mono   run\tx ", ["mono", "run", "x", ""], ""],
  ["mono run a\\ b", ["mono", "run", "a b"], ""],
  ["mono run 'a b", ["mono", "run", "a b"], "'"],
  ['mono run "a b', ["mono", "run", "a b"], '"'],
  [`mono run 'a'"b"c`, ["mono", "run", "abc"], ""],
  ["mono run ''", ["mono", "run", ""], ""],
  ["mono run '' ", ["mono", "run", "", ""], ""],
  ['mono run "a\\"b\\x', ["mono", "run", 'a"b\\x'], '"'],
  ["mono run 'a\\", ["mono", "run", "a\\"], "'"],
  ["mono run a\\", ["mono", "run", "a"], ""],
  ["mono run $(touch x)", ["mono", "run", "$(touch", "x)"], ""],
] as const)("%p is read as %p", (line, words, quote) => {
  expect(readShellLine(line)).toEqual({ words: [...words], quote });
});

test.each([
  // line, its end as bash has cut it, what is meant, what has to stand there
  ["mono run pa", "pa", "paris", "paris"],
  ["mono run /w/a", "/w/a", "/w/a b/x", "/w/a\\ b/x"],
  ["mono run /w/a\\ b", "/w/a\\ b", "/w/a b/x", "/w/a\\ b/x"],
  ['mono run "/w/a b', "/w/a b", "/w/a b/$x", "/w/a b/\\$x"],
  ["mono run '/w/a b", "/w/a b", "/w/a b/it's", "/w/a b/it'\\''s"],
  ["mono run /w/a:b", "b", "/w/a:bc/x", "bc/x"],
  ["mono run /w/a:", "", "/w/a:bc/x", "bc/x"],
  ["mono exec --service=w", "w", "--service=web", "web"],
  ["mono run ~/w", "~/w", "~/w x", "~/w\\ x"],
  ["mono run ", "", "~x", "\\~x"],
  ["mono run ", "", "größe", "größe"],
  ["mono run x", "y", "xy", undefined],
  ["mono run x", "", "y", undefined],
] as const)("%p, cut at %p, for %p: %p", (line, replaced, whole, expected) => {
  expect(replacement(whole, readShellLine(line), replaced)).toBe(expected);
});

test("what is completed is read as what was meant, in any quotes", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.constantFrom("", "'", '"'), (meant, quote) => {
      const line = `mono run ${quote}`;
      const text = replacement(meant, readShellLine(line), "");
      expect(readShellLine(`${line}${text}${quote}`)).toEqual({ words: ["mono", "run", meant], quote: "" });
    }),
  );
});
