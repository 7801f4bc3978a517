import { expect, test } from "bun:test";
import type { ProcessRow } from "../process/running/processes.ts";
import { membersOf } from "./background.ts";

function running(pid: number, pgid: number, startTime: string): ProcessRow {
  const rest = { ppid: 1, tty: "?", foregroundGroup: -1, ageSeconds: 1, command: "sleep" };
  return { pid, pgid, startTime, ...rest };
}

const background = {
  boot: "this",
  members: [
    { pid: 10, pgid: 10, startTime: "a" },
    { pid: 11, pgid: 10, startTime: "b" },
  ],
};
const nobody = new Set<number>();

const cases: readonly [string, readonly ProcessRow[], ReadonlySet<number>, readonly number[]][] = [
  ["a recorded process counts", [running(10, 10, "a")], nobody, [10]],
  ["also in a group of its own", [running(11, 99, "b")], nobody, [11]],
  ["another one with its id does not", [running(10, 10, "later")], nobody, []],
  [
    "what is in the group of a recorded one that lives counts",
    [running(11, 10, "b"), running(12, 10, "c")],
    nobody,
    [11, 12],
  ],
  ["in a group without a recorded one it does not", [running(12, 10, "c")], nobody, []],
  ["but for one that carries the variable", [running(12, 10, "c")], new Set([12]), [12]],
  [
    "the variable alone proves nothing: a person's own program has it",
    [running(13, 13, "d")],
    new Set([13]),
    [],
  ],
  [
    "the group that a recorded one has gone to is not the script's",
    [running(11, 99, "b"), running(98, 99, "x")],
    nobody,
    [11],
  ],
];

test.each(cases)("%s", (_, processes, carriers, expected) => {
  expect([...membersOf(background, processes, carriers)]).toEqual([...expected]);
});
