import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRunOutput } from "./output.ts";
import { endFileOf, partOf } from "./parts.ts";

test("a reader that begins late has whole lines, and what it has read stays what it was", () => {
  const folder = mkdtempSync(join(tmpdir(), "mono-output-"));
  try {
    const output = join(folder, "output");
    // More than one read takes at once.
    const lines = Array.from({ length: 400_000 }, (_, index) => String(index));
    writeFileSync(partOf(output, 2), `cut off\n${lines.join("\n")}\n`);
    writeFileSync(endFileOf(output), "");
    const reader = openRunOutput(output, { isLate: true, onLoss: () => expect.unreachable() });
    const chunks: Uint8Array[] = [];
    while (!reader.isComplete) chunks.push(reader.read());
    reader.close();
    expect(chunks.length).toBeGreaterThan(2);
    expect(Buffer.concat(chunks).toString() === `${lines.join("\n")}\n`).toBe(true);

    writeFileSync(partOf(output, 1), "from the first byte on\n");
    const early = openRunOutput(output, { isLate: false, onLoss: () => expect.unreachable() });
    expect(Buffer.from(early.read()).toString()).toBe("from the first byte on\n");
    early.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
