import { expect, test } from "bun:test";
import { decodeScalar } from "./scalar.ts";

test("what would be too large a number is a text", () => {
  expect(decodeScalar("81e602313401")).toBe("81e602313401");
  expect(decodeScalar("81e60")).toBe(81e60);
});
