import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
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

test("a rotation that was cut short costs no file at the next", () => {
  openLog().line("shop", "now");
  for (const number of [2, 3]) writeFileSync(`${file}.${number}`, `old ${number}\n`);
  truncateSync(file, rotateAtBytes);
  openLog().line("shop", "next");
  expect(statSync(`${file}.1`).size).toBe(rotateAtBytes);
  for (const number of [2, 3]) expect(linesIn(`${file}.${number}`)).toEqual([`old ${number}`]);
});

test("while another process rotates, lines go to what is there", () => {
  const log = openLog();
  log.line("shop", "first");
  const full = `${"x".repeat(rotateAtBytes)}\n`;
  writeFileSync(file, full);
  mkdirSync(join(folder, "home/locks"));
  const other = new Database(join(folder, "home/locks/log"));
  other.run("BEGIN EXCLUSIVE");
  const started = performance.now();
  for (let line = 0; line < 10; line++) log.line("shop", `line ${line}`);
  expect(performance.now() - started).toBeLessThan(1000);
  other.close();
  expect(existsSync(`${file}.1`)).toBe(false);
  log.line("shop", "next");
  expect(linesIn(`${file}.1`)).toHaveLength(11);
  expect(linesIn(file)).toEqual([expect.stringContaining("next")]);
});

test("a log that cannot be rotated says so once, and is still written", () => {
  mkdirSync(join(folder, "home"));
  writeFileSync(join(folder, "home/locks"), "a file where the folder should be");
  writeFileSync(file, `${"x".repeat(rotateAtBytes)}\n`);
  const reasons: string[] = [];
  const log = openLog((reason) => reasons.push(reason));
  log.line("shop", "first");
  log.line("shop", "second");
  expect(reasons).toHaveLength(1);
  expect(linesIn(file).slice(1)).toEqual([
    expect.stringContaining("first"),
    expect.stringContaining("second"),
  ]);
});

test("a log that cannot be written says so once, and is written again when it can be", () => {
  mkdirSync(file, { recursive: true });
  const reasons: string[] = [];
  const log = openLog((reason) => reasons.push(reason));
  log.line("shop", "first");
  log.line("shop", "second");
  rmdirSync(file);
  log.line("shop", "third");
  rmSync(file);
  mkdirSync(file);
  log.line("shop", "fourth");
  rmdirSync(file);
  log.line("shop", "fifth");
  expect(reasons).toEqual([expect.stringContaining("EISDIR")]);
  expect(linesIn(file)).toEqual([expect.stringContaining("fifth")]);
});

test("a folder that cannot be made is a reason too", () => {
  writeFileSync(join(folder, "home"), "a file where the folder should be");
  const reasons: string[] = [];
  openLog((reason) => reasons.push(reason)).line("shop", "first");
  expect(reasons).toEqual([expect.stringContaining("ENOTDIR")]);
});
