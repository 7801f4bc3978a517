import { expect, test } from "bun:test";
import { parseStat, processesInProc } from "./proc.ts";

/** A line of /proc/PID/stat. */
function statLine(state: string, { command = "sleep", terminal = 0, front = -1 } = {}): string {
  const upToFlags = `4711 (${command}) ${state} 12 4700 4600 ${terminal} ${front} 4194304`;
  return `${upToFlags} 96 0 0 0 0 0 0 0 20 0 1 0 64802 2424832 192 18446744073709551615 1 1 0\n`;
}

test("a line is read, whatever the program is called", () => {
  const line = statLine("S", { command: "a) Z (b", terminal: 34_819, front: 4700 });
  expect(parseStat(line, 700)).toEqual({
    pid: 4711,
    ppid: 12,
    pgid: 4700,
    tty: "pts/3",
    foregroundGroup: 4700,
    startTime: "64802",
    ageSeconds: 51,
    command: "a) Z (b",
    hasEnded: false,
  });
});

test.each([
  ["R", false],
  ["S", false],
  ["D", false],
  ["T", false],
  ["Z", true],
  ["X", true],
  ["x", true],
])("a process in state %s has ended: %p", (state, hasEnded) => {
  expect(parseStat(statLine(state), 700).hasEnded).toBe(hasEnded);
});

test.each([
  [0, "?"],
  [34_816, "pts/0"],
  [(136 << 8) | 255, "pts/255"],
  [137 << 8, "pts/256"],
  [(136 << 8) | 1 | (1 << 20), "pts/257"],
  [(4 << 8) | 1, "tty1"],
  [(4 << 8) | 64, "ttyS0"],
])("the terminal of device %d is %s", (terminal, name) => {
  expect(parseStat(statLine("S", { terminal }), 700).tty).toBe(name);
});

test("a clock that lags makes no age below zero", () => {
  expect(parseStat(statLine("S"), 600).ageSeconds).toBe(0);
});

test("an id that no process has is no failure", () => {
  expect(processesInProc([2 ** 30])).toEqual([]);
});
