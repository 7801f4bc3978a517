import { parseArgs } from "node:util";
import { rows } from "./rows.ts";

/** The growth curve, which is no row of the table. */
export const growthName = "growth";

export interface Wishes {
  readonly names: ReadonlySet<string>;
  readonly runs: number;
  /** The file for the results as JSON. */
  readonly json: string | undefined;
  /** Whether table and chart go into docs/. */
  readonly docs: boolean;
}

export const usage = `npm run bench [-- [row…] [--runs n] [--json file] [--docs]]

rows: ${[...rows.map(({ name }) => name), growthName].join(", ")}; all of them when none is named
--runs n       samples on each side, 20 when not given
--json file    writes the results there, too
--docs         writes the table into docs/performance.md, and docs/growth.svg; takes all rows
`;

/** What the arguments ask for, or what is wrong with them. */
export function parseWishes(args: readonly string[]): Wishes | string {
  const all = new Set<string>([...rows.map(({ name }) => name), growthName]);
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        runs: { type: "string", default: "20" },
        json: { type: "string" },
        docs: { type: "boolean", default: false },
      },
    });
    const runs = Number(values.runs);
    if (!Number.isInteger(runs) || runs < 1) return `--runs takes a number from 1: ${values.runs}`;
    const unknown = positionals.find((name) => !all.has(name));
    if (unknown !== undefined) return `no such row: ${unknown}`;
    if (values.docs && positionals.length > 0) return "--docs takes all rows: name none";
    const names = positionals.length === 0 ? all : new Set(positionals);
    return { names, runs, json: values.json, docs: values.docs };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
