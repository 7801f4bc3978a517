import { expect, test } from "bun:test";
import { readStats } from "./stats.ts";

const cpu_stats = { cpu_usage: { total_usage: 2_500_000_000 } };

test.each([
  ["of control groups, version 2", { inactive_file: 300 }, 700],
  ["of control groups, version 1", { total_inactive_file: 400 }, 600],
  ["without a word about the cache", {}, 1000],
  ["with a cache that is larger than all", { inactive_file: 2000 }, 1000],
])("memory %s", (_what, stats, memoryBytes) => {
  expect(readStats({ memory_stats: { usage: 1000, stats }, cpu_stats })).toEqual({
    memoryBytes,
    cpuSeconds: 2.5,
  });
});

test.each([undefined, {}, { memory_stats: {}, cpu_stats }, { memory_stats: { usage: 1 }, cpu_stats: {} }])(
  "a container that has ended takes nothing: %j",
  (answer) => {
    expect(readStats(answer)).toBeUndefined();
  },
);
