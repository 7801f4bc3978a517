import {
  Document,
  isAlias,
  isCollection,
  isPair,
  isScalar,
  Lexer,
  type LineCounter,
  parseDocument,
} from "yaml";
import type { Problem } from "./problem.ts";

/** More aliases than a person writes: a file that expands without end is refused. */
const maxAliasCount = 100;
/**
 * Words, signs, spaces and line ends, of which a block of text has one: thousands of lines of configuration. The parser's
 * time grows with the square of them.
 */
const maxTokenCount = 10_000;

export interface YamlReading {
  readonly document: Document;
  readonly problems: readonly Problem[];
  /** What the document says; undefined when the problems leave nothing to say. */
  readonly value: { readonly content: unknown } | undefined;
}

/** Reads one YAML document. A key that stands twice is a problem which does not hide others; any other one does. */
export function readYaml(text: string, lineCounter: LineCounter): YamlReading {
  const excess = findExcess(text, lineCounter);
  if (excess !== undefined) return { document: new Document(), problems: [excess], value: undefined };
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

/** The place from which on there is more than the parser can take. */
function findExcess(text: string, lineCounter: LineCounter): Problem | undefined {
  let [count, offset] = [0, 0];
  for (const token of new Lexer().lex(text)) {
    if (++count > maxTokenCount) {
      lineCounter.addNewLine(0);
      for (let at = -1; (at = text.indexOf("\n", at + 1)) >= 0;) lineCounter.addNewLine(at + 1);
      return { offset, message: `from here on it is too much: more than ${maxTokenCount} words and signs` };
    }
    offset += token.length;
  }
  return undefined;
}

/** The parser finds them only when it makes values, which have no places. */
function unresolvedAliases(document: Document): Problem[] {
  const problems: Problem[] = [];
  const anchors = new Set<string>();
  // By hand: the library's `visit` makes a list of the parents at each node, and looks from the top for each alias.
  const visit = (node: unknown): void => {
    if (isPair(node)) {
      visit(node.key);
      visit(node.value);
    } else if (isAlias(node)) {
      if (anchors.has(node.source)) return;
      const message = `unresolved alias (the anchor must be set before the alias): ${node.source}`;
      problems.push({ offset: node.range?.[0] ?? 0, message });
    } else if (isScalar(node) || isCollection(node)) {
      if (node.anchor !== undefined) anchors.add(node.anchor);
      if (isCollection(node)) node.items.forEach(visit);
    }
  };
  visit(document.contents);
  return problems;
}

/** The library's messages are sentences; ours are parts of one. It tells its own running out of stack as a problem. */
function sentence(message: string): string {
  if (/call stack/i.test(message)) return "it is nested too deeply";
  const first = message.slice(0, 1).toLowerCase() + message.slice(1);
  return first.replace(/\s*\n[\s\S]*$/, "");
}
