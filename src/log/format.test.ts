import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatDuration, formatLogLine } from "./format.ts";

const afternoon = "14:32:05.123";

test("a line tells when, how long since the start, whose it is, and what happened", () => {
  expect(formatLogLine(afternoon, 377.4, "auth-feature|out", "npm install")).toBe(
    "[14:32:05.123] [+377ms] [auth-feature|out] npm install\n",
  );
});

test.each([
  [0, "0s"],
  [0.4, "0s"],
  [-5, "0s"],
  [1, "1ms"],
  [333, "333ms"],
  [999.4, "999ms"],
  [999.5, "1s"],
  [1000, "1s"],
  [1111, "1.111s"],
  [1500, "1.5s"],
  [59_999, "59.999s"],
  [59_999.9, "1m0s"],
  [123_500, "2m3.5s"],
  [3_599_999, "59m59.999s"],
  [3_602_000, "1h0m2s"],
  [90_061_001, "25h1m1.001s"],
])("%p milliseconds are %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test("a duration says how long it was, to the millisecond", () => {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
  fc.assert(
    fc.property(fc.nat(10 ** 8), (milliseconds) => {
      const parts = [...formatDuration(milliseconds).matchAll(/([\d.]+)(ms|[hms])/g)];
      const sum = parts.reduce(
        (total, [, value, unit]) => total + Number(value) * units[unit as keyof typeof units],
        0,
      );
      expect(Math.round(sum)).toBe(milliseconds);
    }),
  );
});

test("a line of the log is one line of plain text, whatever a child prints", () => {
  const piece = fc.oneof(
    // Any code unit: fast-check's own `binary` takes most of a second to draw from.
    fc.array(fc.nat(0xffff), { maxLength: 10 }).map((codes) => String.fromCharCode(...codes)),
    fc.constantFrom("\u001b", "\u001b[", "\u001b]", "\n", "\u009b"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const line = formatLogLine(afternoon, 1, "shop|out", pieces.join(""));
      expect(line).toEndWith("\n");
      // oxlint-disable-next-line no-control-regex -- their absence is what is tested
      expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
    }),
  );
});
