import { type Alias, type Document, parseDocument, type LineCounter, visit } from "yaml";
import type { Problem } from "./problem.ts";

/** More aliases than a person writes: a file that expands without end is refused. */
const maxAliasCount = 100;

export interface YamlReading {
  readonly document: Document;
  readonly problems: readonly Problem[];
  /** What the document says; undefined when the problems leave nothing to say. */
  readonly value: { readonly content: unknown } | undefined;
}

/** Reads one YAML document. A key that stands twice is a problem which does not hide others; any other one does. */
export function readYaml(text: string, lineCounter: LineCounter): YamlReading {
  const options = { lineCounter, prettyErrors: false, uniqueKeys: true, stringKeys: true } as const;
  const document = parseDocument(text, options);
  const faults = [...document.errors, ...document.warnings];
  const problems = [
    ...faults.map(({ message, pos }) => ({ offset: pos[0], message: sentence(message) })),
    ...unresolvedAliases(document),
  ];
  const isReadable = problems.length === faults.filter(({ code }) => code === "DUPLICATE_KEY").length;
  if (!isReadable) return { document, problems, value: undefined };
  try {
    return { document, problems, value: { content: document.toJS({ maxAliasCount }) } };
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    return { document, problems: [{ offset: 0, message: sentence(error.message) }], value: undefined };
  }
}

/** The parser finds them only when it makes values, which have no places. */
function unresolvedAliases(document: Document): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_key, alias: Alias) {
      if (alias.resolve(document) !== undefined) return;
      const message = `unresolved alias (the anchor must be set before the alias): ${alias.source}`;
      problems.push({ offset: alias.range?.[0] ?? 0, message });
    },
  });
  return problems;
}

/** The library's messages are sentences; ours are parts of one. */
function sentence(message: string): string {
  const first = message.slice(0, 1).toLowerCase() + message.slice(1);
  return first.replace(/\s*\n[\s\S]*$/, "");
}
