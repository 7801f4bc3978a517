/**
 * Generated mono.yml and compose files, most of them wrong. The same ones each time: a test must not fail by chance. Others,
 * and many more: `bun test/bad-input/run.ts`.
 */
import { expect, test } from "bun:test";
import { renderViolation, runInputs } from "./bad-input/run.ts";

test("whatever the files, mono says what is wrong with its documented exit code, and leaves nothing", async () => {
  const { violations } = await runInputs({ from: 1, count: 150 });
  expect(violations.map(renderViolation)).toEqual([]);
});
