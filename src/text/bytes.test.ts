import { expect, test } from "bun:test";
import { bytesText } from "./bytes.ts";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [123_456, "123 kB"],
  [1_234_567, "1.2 MB"],
  [4e9, "4.0 GB"],
  [2.5e15, "2500 TB"],
])("%p bytes are %p", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
