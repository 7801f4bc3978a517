/**
 * The project's pages of Markdown, and the blocks of code in them. How a block is marked is in CONTRIBUTING.md.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/world.ts";

export interface Page {
  /** Relative to the repository. */
  readonly file: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly line: number;
  /** The first word after the fence; `comment` for a hidden block. */
  readonly language: string;
  /** The other words after the fence: `run`, `file=mono.yml`. */
  readonly marks: readonly string[];
  readonly text: string;
  /** Why it cannot be run, from the comment above it. */
  readonly whyNotRun: string | undefined;
}

/** All pages whose blocks and links are checked. */
export function readPages(): readonly Page[] {
  const inDocs = readdirSync(join(repository, "docs")).filter((name) => name.endsWith(".md"));
  const files = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...inDocs.map((name) => `docs/${name}`)];
  return files.toSorted().map((file) => {
    const text = readFileSync(join(repository, file), "utf8");
    return { file, text, blocks: blocksOf(text) };
  });
}

const fence = /^```+/;

export function blocksOf(text: string): readonly Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const isHidden = line === "<!-- run:";
    const [ticks] = fence.exec(line) ?? [];
    if (ticks === undefined && !isHidden) continue;
    const end = lines.indexOf(ticks ?? "-->", index + 1);
    if (end < 0) throw new Error(`line ${index + 1}: the block has no end`);
    const [language = "", ...marks] = isHidden
      ? ["comment", "run"]
      : line.slice(ticks?.length).trim().split(/\s+/);
    const above = lines[index - 1] ?? "";
    const whyNotRun = /^<!-- not run: (.+) -->$/.exec(above)?.[1];
    blocks.push({
      line: index + 1,
      language,
      marks,
      text: lines.slice(index + 1, end).join("\n"),
      whyNotRun,
    });
    index = end;
  }
  return blocks;
}

/** The page without its blocks: what is prose. */
export function proseOf(text: string): string {
  return text.replace(/^(```+).*\n[^]*?\n\1$/gm, "").replace(/<!--[^]*?-->/g, "");
}
