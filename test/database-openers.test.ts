/** Many processes open one database, as many monos at once would. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReader } from "../src/state/database.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-database-"));
  file = join(folder, "home/state.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("sixty-four processes that open a new database at once all write to it", async () => {
  const opener = `
    import { openDatabase } from ${JSON.stringify(join(import.meta.dir, "../src/state/database.ts"))};
    import { readSync, writeSync } from "node:fs";
    writeSync(1, "here");
    readSync(0, Buffer.alloc(1));
    const insert = "INSERT INTO environments (path, name, phase) VALUES (?1, ?1, 'ready')";
    openDatabase(${JSON.stringify(file)}).run(insert, [String(process.pid)]);
  `;
  const openers = Array.from({ length: 64 }, () =>
    Bun.spawn([process.execPath, "-e", opener], { stdin: "pipe", stdout: "pipe", stderr: "inherit" }),
  );
  await Promise.all(openers.map((child) => child.stdout.getReader().read()));
  for (const child of openers) void child.stdin.end();
  expect(await Promise.all(openers.map((child) => child.exited))).toEqual(openers.map(() => 0));
  const names = createReader(file)().map(({ name }) => Number(name));
  expect(new Set(names)).toEqual(new Set(openers.map(({ pid }) => pid)));
});
