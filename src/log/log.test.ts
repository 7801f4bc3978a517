import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "./log.ts";

const rotateAtBytes = 10 * 1024 * 1024;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-log-"));
  file = join(folder, "home/mono.log");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function openLog(onFailure: (reason: string) => void = (reason) => expect(reason).toBeUndefined()) {
  return createLog({ file, lockFile: join(folder, "home/locks/log"), onFailure });
}

const linesIn = (path: string) => readFileSync(path, "utf8").split("\n").slice(0, -1);

test("a log that nothing is written to makes no file", () => {
  openLog();
  expect(readdirSync(folder)).toEqual([]);
});

test("lines are added to what is there, for the user alone to read", () => {
  openLog().line("shop", "first");
  openLog().line("shop|out", "second");
  const lines = linesIn(file);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] \[\+\S+s\] \[shop\] first$/);
  expect(lines[1]).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] \[\+\S+s\] \[shop\|out\] second$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a log in whose place another process has made a new one is left for the new one", () => {
  const log = openLog();
  log.line("shop", "first");
  renameSync(file, `${file}.1`);
  openLog().line("blog", "other");
  log.line("shop", "second");
  expect(linesIn(`${file}.1`)).toEqual([expect.stringContaining("first")]);
  expect(linesIn(file)).toEqual([expect.stringContaining("other"), expect.stringContaining("second")]);
});

test("a log that was moved away is begun again", () => {
  const log = openLog();
  log.line("shop", "first");
  rmSync(file);
  log.line("shop", "second");
  expect(linesIn(file)).toEqual([expect.stringContaining("second")]);
});

test("a full log is rotated, and three old ones are kept", () => {
  openLog().line("shop", "now");
  for (const number of [1, 2, 3]) writeFileSync(`${file}.${number}`, `old ${number}\n`);
  truncateSync(file, rotateAtBytes);
  openLog().line("shop", "next");
  expect(linesIn(file)).toEqual([expect.stringContaining("next")]);
  expect(statSync(`${file}.1`).size).toBe(rotateAtBytes);
  expect(linesIn(`${file}.2`)).toEqual(["old 1"]);
  expect(linesIn(`${file}.3`)).toEqual(["old 2"]);
  expect(existsSync(`${file}.4`)).toBe(false);
});

test("a log that has room is not rotated", () => {
  openLog().line("shop", "now");
  truncateSync(file, rotateAtBytes - 1);
  openLog().line("shop", "next");
  expect(existsSync(`${file}.1`)).toBe(false);
});

test("a log that cannot be written says so once, and stops nothing", () => {
  writeFileSync(join(folder, "home"), "a file where the folder should be");
  const reasons: string[] = [];
  const log = openLog((reason) => reasons.push(reason));
  log.line("shop", "first");
  log.line("shop", "second");
  expect(reasons).toHaveLength(1);
});

test("eight processes write at once, over a rotation, and no line is lost or mixed with another", async () => {
  openLog().line("shop", "begun");
  // Room for about a fifth of the lines, which are longer than a pipe takes at once.
  truncateSync(file, rotateAtBytes - 1_000_000);
  const [processes, lines, length] = [8, 100, 6000];
  const writer = `
    import { createLog } from ${JSON.stringify(join(import.meta.dir, "log.ts"))};
    const log = createLog(${JSON.stringify({ file, lockFile: join(folder, "home/locks/log") })});
    const who = process.argv.at(-1);
    for (let line = 0; line < ${lines}; line++) log.line(who, line + " " + who.repeat(${length}));
  `;
  const writers = Array.from({ length: processes }, (_, index) =>
    Bun.spawn([process.execPath, "-e", writer, String.fromCodePoint(97 + index)]),
  );
  expect(await Promise.all(writers.map((child) => child.exited))).toEqual(writers.map(() => 0));

  const found = new Set<string>();
  for (const line of [...linesIn(`${file}.1`).slice(1), ...linesIn(file)]) {
    const [, who = "", number] =
      /^\[[\d:.]+\] \[\+\S+s\] \[([a-h])\] (\d+) \1+$/.exec(line.replaceAll("\0", "")) ?? [];
    expect(line).toEndWith(who.repeat(length));
    found.add(`${who} ${number}`);
  }
  expect(found.size).toBe(processes * lines);
  expect(existsSync(`${file}.2`)).toBe(false);
}, 30_000);
