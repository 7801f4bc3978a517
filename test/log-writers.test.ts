/** Processes that write one log, as so many monos do. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWhole } from "../src/log/appended-file.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-log-"));
  file = join(folder, "mono.log");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Writer {
  /** Lets it run its script once more; returns what that said. */
  readonly turn: () => Promise<string>;
  readonly end: () => Promise<void>;
}

/** A process that has a `log`, and a number as `who`; waits until it is ready for the first turn. */
async function startWriter(who: number, script: string, wrapper: readonly string[] = []): Promise<Writer> {
  const source = `
    import { createLog } from ${JSON.stringify(join(import.meta.dir, "../src/log/log.ts"))};
    const [file, who] = [process.argv.at(-2), Number(process.argv.at(-1))];
    const onFailure = (reason) => console.log(reason);
    const log = createLog({ file, lockFile: file + ".lock", onFailure });
    console.log("ready");
    for await (const turn of console) {
      // Bun gives an empty line at the end of the input.
      if (turn === "") break;
      ${script}
      console.log("ready");
    }
  `;
  const child = Bun.spawn([...wrapper, process.execPath, "-e", source, file, String(who)], {
    stdin: "pipe",
    stdout: "pipe",
  });
  const reader = child.stdout.getReader();
  const untilReady = async () => {
    const said: Uint8Array[] = [];
    while (!Buffer.concat(said).toString().endsWith("ready\n")) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`writer ${who} has ended: ${Buffer.concat(said).toString()}`);
      said.push(value);
    }
    return Buffer.concat(said).toString().slice(0, -"ready\n".length);
  };
  await untilReady();
  return {
    turn() {
      void child.stdin.write("go\n");
      return untilReady();
    },
    async end() {
      void child.stdin.end();
      expect(await child.exited).toBe(0);
    },
  };
}

/** All lines that are there, the oldest first. */
function linesOfAll(): string[] {
  const files = [3, 2, 1].map((number) => `${file}.${number}`).concat(file);
  return files.filter((name) => existsSync(name)).flatMap((name) => readFileSync(name, "utf8").split("\n"));
}

test("64 processes write lines of up to 1 MB while they rotate, and none is lost, mixed or split", async () => {
  // Each turn writes 12 MB in all: more than a file takes, and three of them less than the four files hold.
  const [turns, writers, linesATurn, longATurn] = [3, 64, 20, 11];
  const filling = (who: number, line: number) => {
    const isLong = who % longATurn === line % linesATurn && who < longATurn;
    const length = isLong ? 1_000_000 : (who * 7 + line * 131) % 1500;
    return String.fromCodePoint(97 + ((who + line) % 26)).repeat(length);
  };
  const script = `
    const [longATurn, linesATurn] = [${longATurn}, ${linesATurn}];
    const filling = ${filling.toString()};
    globalThis.line ??= 0;
    for (const end = line + linesATurn; line < end; line++) log.line("w" + who, line + " " + filling(who, line));
  `;
  const all = await Promise.all(Array.from({ length: writers }, (_, who) => startWriter(who, script)));
  for (let turn = 0; turn < turns; turn++) {
    const said = await Promise.all(all.map((writer) => writer.turn()));
    expect(said).toEqual(all.map(() => ""));
  }
  await Promise.all(all.map((writer) => writer.end()));

  const found = all.map((): number[] => []);
  for (const text of linesOfAll().filter((line) => line !== "")) {
    const [, who, line, rest] = /^\[[\d:.]+\] \[\+\S+s\] \[w(\d+)\] (\d+) (.*)$/.exec(text) ?? [];
    expect(rest === filling(Number(who), Number(line)) ? "whole" : text.slice(0, 300)).toBe("whole");
    found[Number(who)]?.push(Number(line));
  }
  const numbers = Array.from({ length: turns * linesATurn }, (_, line) => line);
  expect(found).toEqual(all.map(() => numbers));
  expect(statSync(`${file}.2`).size).toBeGreaterThanOrEqual(10 * 1024 * 1024);
});

test("a line that a full disk cuts short is said once, and later lines come when there is room", async () => {
  // A limit on the size of files does what a full disk does: a part is written, then nothing.
  const limited = ["sh", "-c", 'trap "" XFSZ; ulimit -f 1000; exec "$@"', "sh"];
  const script = `
    if (existsSync(file)) log.line("shop", "room again");
    else {
      log.line("shop", "first");
      log.line("shop", "x".repeat(1_000_000));
      for (let line = 0; line < 200; line++) log.line("shop", "no room");
    }
  `;
  const stopped = await startWriter(0, `const { existsSync } = require("node:fs"); ${script}`, limited);
  expect(await stopped.turn()).toMatch(/^EFBIG: .*\n$/);
  truncateSync(file, 100_000);
  expect(await stopped.turn()).toBe("");
  await stopped.end();
  const [first, cut, ...rest] = linesOfAll();
  expect(first).toEndWith("[shop] first");
  // The next line follows the one that was cut.
  expect(cut).toMatch(/ \[shop\] x+\[[\d:.]+\] \[\+\S+s\] \[shop\] room again$/);
  expect(rest).toEqual([""]);
});

test("what is written to a file that was removed meanwhile is known to be lost", () => {
  const descriptor = openSync(file, "a");
  expect(writeWhole(descriptor, Buffer.from("kept\n"))).toBe(true);
  expect(readFileSync(file, "utf8")).toBe("kept\n");
  rmSync(file);
  expect(writeWhole(descriptor, Buffer.from("lost\n"))).toBe(false);
  closeSync(descriptor);
});
