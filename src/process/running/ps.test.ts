import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCarriers } from "./carriers.ts";
import { askPs, parsePsRow } from "./ps.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-ps-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A `ps` that is this script, called from a folder that is alone on PATH. */
async function askOwnPs(script: string): Promise<string> {
  writeFileSync(join(folder, "ps"), script, { mode: 0o755 });
  return await askPs(["-A"], { PATH: folder });
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return await call.catch((error: unknown) => error);
}

// As a Mac prints it: pid, ppid, pgid, tpgid, tty, stat, etime, lstart, comm.
const onTerminal =
  "  812   700   812   901 ttys003  Ss      01-02:03:04 Thu Nov 26 00:48:05 2026     /Applications/My App.app/Contents/MacOS/My App";

test("a line of ps is read to its last column, which may hold spaces", () => {
  expect(parsePsRow(onTerminal)).toEqual({
    pid: 812,
    ppid: 700,
    pgid: 812,
    tty: "ttys003",
    foregroundGroup: 901,
    startTime: "Thu Nov 26 00:48:05 2026",
    ageSeconds: 93_784,
    command: "My App",
    hasEnded: false,
  });
});

test.each([
  ["00:07", 7],
  ["12:34", 754],
  ["01:00:01", 3601],
  ["10-00:00:00", 864_000],
])("an age of %s is %d seconds", (age, seconds) => {
  const line = `1 0 1 0 ?? Ss ${age} Sun Nov  1 09:05:00 2026 /sbin/launchd`;
  expect(parsePsRow(line)).toMatchObject({ ageSeconds: seconds, startTime: "Sun Nov  1 09:05:00 2026" });
});

test("without a terminal nothing is in front on it", () => {
  const line = "  355     1   355     0 ??       Ss         07:19 Thu Nov 26 00:47:20 2026     -zsh";
  expect(parsePsRow(line)).toMatchObject({ tty: "?", foregroundGroup: -1, command: "-zsh" });
});

test("a zombie has ended, and an empty line is no process", () => {
  const zombie = "  901   812   901   901 ttys003  Z          00:01 Thu Nov 26 00:48:05 2026     (sh)";
  expect(parsePsRow(zombie)).toMatchObject({ pid: 901, hasEnded: true });
  expect(parsePsRow("")).toBeUndefined();
});

test("of an environment the whole value counts, with its spaces", () => {
  const text = [
    "  11 node server.js TOKEN=ab PATH=/bin",
    "  12 node server.js TOKEN=abc",
    "  13 node DIR=/a b X=1 TOKEN=ab",
    "  14 node TOKEN=ab more",
    "  15 /bin/sh -c true",
    "TOKEN=ab",
  ].join("\n");
  expect(parseCarriers(text, "TOKEN=ab")).toEqual([11, 13]);
  expect(parseCarriers(text, "DIR=/a b")).toEqual([13]);
  expect(parseCarriers(text, "DIR=/a")).toEqual([]);
});

test("ps is called with a fixed locale and time zone, and may write long lines", async () => {
  expect(await askOwnPs(`#!/bin/sh\necho "$LC_ALL $TZ $*"\n`)).toBe("C UTC0 -ww -A\n");
});

test("no process at all is an answer", async () => {
  expect(await askOwnPs("#!/bin/sh\nexit 1\n")).toBe("");
});

test("a ps that fails, is missing, or may not be started is an error of the catalogue", async () => {
  const failed = await errorOf(askOwnPs("#!/bin/sh\necho 'ps: illegal option -- A' >&2\nexit 1\n"));
  expect(failed).toMatchObject({ id: "processes-not-listed", details: ["ps: illegal option -- A"] });
  // Its interpreter may not be executed: the system refuses it, as a sandbox does.
  writeFileSync(join(folder, "interpreter"), "");
  chmodSync(join(folder, "interpreter"), 0o644);
  const refused = await errorOf(askOwnPs(`#!${folder}/interpreter\n`));
  expect(refused).toMatchObject({ id: "ps-forbidden" });
  rmSync(join(folder, "ps"));
  expect(await errorOf(askPs(["-A"], { PATH: folder }))).toMatchObject({ id: "program-missing" });
});
