import { expect, test } from "bun:test";
import { modeChange } from "./ensure-resources.ts";

test.each([
  [true, true, undefined],
  [false, false, undefined],
  [true, false, "has no compose file any more"],
  [false, true, "has a compose file now"],
])("Docker mode %p with a compose file %p: %p", (usesDocker, hasComposeFile, change) => {
  expect(modeChange(usesDocker, hasComposeFile)).toBe(change);
});
