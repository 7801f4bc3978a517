import { expect, test } from "bun:test";
import { mentionedFiles, mentionedVariables, requiredVariables } from "./mentions.ts";

test("variables are found in every form, and not behind a doubled $", () => {
  const texts = ["a: $ONE ${TWO} ${THREE:-${FOUR-x}} $$FIVE $${SIX} $7 ${EIGHT:?no}", "b: '${NINE?}'"];
  expect([...mentionedVariables(texts)]).toEqual(["ONE", "TWO", "THREE", "FOUR", "EIGHT", "NINE"]);
  expect(requiredVariables(texts)).toEqual(["EIGHT", "NINE"]);
});

test.each([
  ["include: [db/compose.yml, { path: ../x.yaml }]", ["db/compose.yml", "../x.yaml"]],
  ["env_file: .env.local", ["env_file", ".env.local"]],
  ["env_file: [config/web.env, 'envs/app']", ["env_file", "config/web.env", "envs/app"]],
  ["image: postgres:16", []],
])("%s", (text, files) => {
  expect(mentionedFiles(text)).toEqual(files);
});
