/** The results for a terminal, and for docs/performance.md. */
import type { Growth } from "./growth.ts";
import type { Machine } from "./machine.ts";
import type { Result } from "./results.ts";

export function textTable(results: readonly Result[]): string {
  const spread = (of: Result["subject"] | undefined) =>
    of === undefined ? "" : `${digits(of.median)} (${digits(of.low)}-${digits(of.high)})`;
  return aligned([
    ["", "mono, ms (10-90%)", "baseline, ms", "measured", "at most", ""],
    ...results.map((result) => [
      result.name,
      result.unit === "MB" ? "" : spread(result.subject),
      spread(result.baseline),
      valueOf(result),
      budgetOf(result),
      verdictOf(result),
    ]),
  ]);
}

export function growthTable({ counts, curves }: Growth): string {
  return aligned([
    ["environments, ms", ...counts.map(String)],
    ...curves.map(({ name, medians }) => [name, ...medians.map(digits)]),
  ]);
}

/** The first column left-aligned, the others right-aligned. */
function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] ?? "").length)),
  );
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((cells) => cells.map(pad).join("  ").trimEnd()).join("\n");
}

/** Ratios only: milliseconds depend on the machine. */
export function markdownTable(results: readonly Result[], machine: Machine): string {
  const lines = results.map((result) =>
    [result.what, result.against, valueOf(result), budgetOf(result), verdictOf(result)].join(" | "),
  );
  return [
    "| what | against | measured | at most | |",
    "|---|---|---|---|---|",
    ...lines.map((line) => `| ${line} |`),
    "",
    factsLine(results, machine),
  ].join("\n");
}

function factsLine(results: readonly Result[], { system, cores, fileSystem, versions }: Machine): string {
  const samples = Math.min(...results.map((result) => result.samples));
  const { bun, docker, compose, tmux } = versions;
  return `Medians of ${samples} samples on each side; ${system}, ${cores} cores, ${fileSystem}, Bun ${bun}, Docker ${docker}, Compose ${compose}, tmux ${tmux}.`;
}

function valueOf({ unit, value }: Pick<Result, "unit" | "value">): string {
  return unit === "MB" ? `${Math.round(value)} MB` : `${value.toFixed(2)} ×`;
}

function budgetOf({ unit, budget }: Pick<Result, "unit" | "budget">): string {
  if (budget === undefined) return "";
  return unit === "MB" ? `${budget} MB` : `${budget} ×`;
}

function verdictOf({ isMet }: Pick<Result, "isMet">): string {
  if (isMet === undefined) return "";
  return isMet ? "met" : "not met";
}

function digits(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}
