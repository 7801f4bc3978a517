/** Writes what was measured into docs/. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../test/support/world.ts";
import { drawGrowth } from "./chart.ts";
import type { Growth } from "./growth.ts";
import type { Machine } from "./machine.ts";
import type { Result } from "./results.ts";
import { markdownTable } from "./table.ts";

const [begin, end] = ["<!-- measured: npm run bench -- --docs -->", "<!-- end of measured -->"];

export async function writeDocs(results: readonly Result[], machine: Machine, growth: Growth): Promise<void> {
  const file = join(repository, "docs/performance.md");
  const text = readFileSync(file, "utf8");
  await Bun.write(file, putBetweenMarks(text, markdownTable(results, machine)));
  await Bun.write(join(repository, "docs/growth.svg"), drawGrowth(growth));
}

/** Throws when the page has lost its marks. */
function putBetweenMarks(text: string, table: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/performance.md needs ${begin} and ${end}`);
  return `${text.slice(0, from)}${begin}\n\n${table}\n\n${text.slice(to)}`;
}
