/**
 * YAML text as `docker compose config` prints it, and as mono writes it: one emitter's block style, a small part of
 * YAML. Read strictly: a line that does not fit is an error, so that every byte belongs to a key or a scalar.
 */
import { decodeScalar, encodeScalar, isBlockHeader } from "./scalar.ts";

export interface Entry {
  readonly key: string;
  /** The key as it is written. */
  readonly rawKey: string;
  /** True for a key after a question mark: one of many characters or several lines. */
  readonly isLong?: boolean;
  readonly value: Node;
}

interface Scalar {
  readonly kind: "scalar";
  /** As it is printed, with the lines of a block scalar, indented as below a key in the first column. */
  readonly raw: string;
  /** True for what mono has written: only its value counts, and not its bytes. */
  readonly isOwn?: boolean;
}

export type Node =
  | { readonly kind: "mapping"; readonly entries: readonly Entry[] }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | Scalar;

/** Where the reader is: a line, and the column in it where the unread part begins. */
interface Cursor {
  /** With the break that ends each: Compose takes U+2028 and U+2029 for one, too. */
  readonly lines: readonly string[];
  readonly isPrinted: boolean;
  line: number;
  column: number;
}

/** Reads what Compose prints. It doubles every `$`, also in keys, where it does not read `$$` back as one `$`. */
export function parsePrinted(text: string): Node {
  return parse(text, true);
}

/** Reads what mono has written. Throws a SyntaxError when the text is in another form. */
export function parseWritten(text: string): Node {
  return parse(text, false);
}

function parse(text: string, isPrinted: boolean): Node {
  const lines = text.match(/[^\n\u2028\u2029]*[\n\u2028\u2029]/g) ?? [];
  if (!text.endsWith("\n")) throw new SyntaxError("the last line has no end");
  const cursor: Cursor = { lines, isPrinted, line: 0, column: 0 };
  const node = readNode(cursor, 0);
  if (cursor.line < lines.length) throw unexpected(cursor);
  return node;
}

function unexpected({ line }: Cursor): SyntaxError {
  return new SyntaxError(`line ${line + 1} is not in the form in which Compose prints YAML`);
}

/** The unread rest of the line; undefined at the end. */
function restOf({ lines, line, column }: Cursor): string | undefined {
  return lines[line]?.slice(column, -1);
}

function indentOf(line: string): number {
  return line.search(/[^ ]/);
}

/** Goes to the next line; a collection in the column `indent` has another member there, or ends. */
function nextMember(cursor: Cursor, indent: number): boolean {
  const line = cursor.lines[cursor.line];
  if (line === undefined || indentOf(line) !== indent) return false;
  cursor.column = indent;
  return true;
}

/** A node that begins at the cursor: what stands in its column or farther right belongs to it. */
function readNode(cursor: Cursor, parentIndent: number): Node {
  const rest = restOf(cursor) ?? "";
  if (rest.startsWith("- ")) return readSequence(cursor);
  if (rest.startsWith("? ") || keyOf(rest) !== undefined) return readMapping(cursor);
  return readScalar(cursor, parentIndent);
}

function readSequence(cursor: Cursor): Node {
  const indent = cursor.column;
  const items: Node[] = [];
  do {
    if (restOf(cursor)?.startsWith("- ") !== true) throw unexpected(cursor);
    cursor.column += 2;
    items.push(readNode(cursor, indent));
  } while (nextMember(cursor, indent));
  return { kind: "sequence", items };
}

function readMapping(cursor: Cursor): Node {
  const indent = cursor.column;
  const entries: Entry[] = [];
  const known = new Set<string>();
  do {
    const entry = readEntry(cursor, indent);
    if (known.has(entry.key)) throw unexpected(cursor);
    known.add(entry.key);
    entries.push(entry);
  } while (nextMember(cursor, indent));
  return { kind: "mapping", entries };
}

function readEntry(cursor: Cursor, indent: number): Entry {
  const rest = restOf(cursor) ?? "";
  if (rest.startsWith("? ")) return readLongEntry(cursor, indent);
  const rawKey = keyOf(rest);
  if (rawKey === undefined) throw unexpected(cursor);
  const after = rest.slice(rawKey.length + 1);
  if (after === "") {
    // The value is a collection on the lines that follow, indented further.
    cursor.line++;
    const deeper = indentOf(cursor.lines[cursor.line] ?? "");
    if (deeper <= indent) throw unexpected(cursor);
    cursor.column = deeper;
    return entryOf(cursor, rawKey, readNode(cursor, indent));
  }
  cursor.column += rawKey.length + 2;
  return entryOf(cursor, rawKey, readScalar(cursor, indent));
}

/** `? key`, and on the next line `: value`. */
function readLongEntry(cursor: Cursor, indent: number): Entry {
  cursor.column += 2;
  const raw = readRaw(cursor, indent);
  if (!nextMember(cursor, indent) || restOf(cursor)?.startsWith(": ") !== true) throw unexpected(cursor);
  cursor.column += 2;
  return { ...entryOf(cursor, raw, readNode(cursor, indent)), isLong: true };
}

function entryOf({ isPrinted }: Cursor, printed: string, value: Node): Entry {
  const rawKey = isPrinted ? printed.replaceAll("$$", "$") : printed;
  const key = decodeScalar(rawKey);
  return { key: typeof key === "string" ? key : rawKey, rawKey, value };
}

/** The key that a line begins with, as it is written. */
function keyOf(rest: string): string | undefined {
  const quoted = /^(?:'(?:[^']|'')*'|"(?:[^"\\]|\\[^])*")(?=:(?: |$))/.exec(rest)?.[0];
  if (quoted !== undefined || /^['"[{|>!&*#%@`]/.test(rest)) return quoted;
  const end = /:(?= |$)/.exec(rest)?.index;
  return end === undefined || end === 0 ? undefined : rest.slice(0, end);
}

/** A scalar, or a collection that is empty. */
function readScalar(cursor: Cursor, parentIndent: number): Node {
  const rest = restOf(cursor);
  if (rest !== "[]" && rest !== "{}") {
    const raw = readRaw(cursor, parentIndent);
    return cursor.isPrinted ? { kind: "scalar", raw } : { kind: "scalar", raw, isOwn: true };
  }
  cursor.line++;
  return rest === "[]" ? { kind: "sequence", items: [] } : { kind: "mapping", entries: [] };
}

/** One line, quoted or plain; its end is where the line ends. */
const oneLine = /^(?:'(?:[^']|'')*'|"(?:[^"\\]|\\[^])*"|(?:![^ ]* )?[^ '"[\]{}&*#|>%@`!,][^]*)$/;

function readRaw(cursor: Cursor, parentIndent: number): string {
  const rest = restOf(cursor) ?? "";
  if (isBlockHeader(rest)) return readBlock(cursor, rest, parentIndent);
  let raw = rest;
  // A quoted text with a Unicode break in it.
  while (/^['"]/.test(raw) && !oneLine.test(raw) && cursor.line + 1 < cursor.lines.length) {
    const end = cursor.lines[cursor.line]?.at(-1) ?? "";
    if (end === "\n") break;
    cursor.line++;
    raw += `${end}${cursor.lines[cursor.line]?.slice(0, -1)}`;
  }
  if (!oneLine.test(raw)) throw unexpected(cursor);
  cursor.line++;
  return raw;
}

function readBlock(cursor: Cursor, header: string, parentIndent: number): string {
  const first = cursor.line++;
  for (; cursor.line < cursor.lines.length; cursor.line++) {
    const line = cursor.lines[cursor.line] ?? "";
    const indent = indentOf(line);
    if (indent <= parentIndent && indent < line.length - 1) break;
  }
  const lines = cursor.lines.slice(first + 1, cursor.line);
  return [`${header}\n`, ...lines.map((line) => line.slice(Math.min(parentIndent, line.length - 1)))].join(
    "",
  );
}

/** The model of a document: what it holds as plain data. */
export function valueOf(node: Node): unknown {
  switch (node.kind) {
    case "mapping":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, valueOf(value)]));
    case "sequence":
      return node.items.map(valueOf);
    case "scalar":
      return decodeScalar(node.raw);
  }
}

/** Writes a document in the same form. */
export function printDocument(node: Node): string {
  return `${printBlock(node, 0)}\n`;
}

/** The lines of a node that begins in the column `indent`; the first line without its indentation. */
function printBlock(node: Node, indent: number): string {
  const margin = `\n${" ".repeat(indent)}`;
  switch (node.kind) {
    case "mapping":
      if (node.entries.length === 0) return "{}";
      return node.entries.map((entry) => printEntry(entry, indent)).join(margin);
    case "sequence":
      if (node.items.length === 0) return "[]";
      return node.items.map((item) => `- ${printBlock(item, indent + 2)}`).join(margin);
    case "scalar":
      return printScalar(node.raw);
  }
}

/**
 * The bytes that Compose has printed, except where it does not read them back as meant: a block that begins with a tab,
 * the merge key as an ordinary key, or `-0`. Whether it reads back what it printed for the original is checked later.
 */
function printScalar(raw: string): string {
  if (raw === "-0") return "-0.0";
  return /[\n\u2028\u2029]/.test(raw) || raw === "<<" ? encodeScalar(decodeScalar(raw)) : raw;
}

function printEntry({ rawKey, isLong, value }: Entry, indent: number): string {
  const deeper = indent + 2;
  const key = printScalar(rawKey);
  if (isLong === true) return `? ${key}\n${" ".repeat(indent)}: ${printBlock(value, deeper)}`;
  const isInline = value.kind === "scalar" || isEmptyCollection(value);
  return `${key}:${isInline ? " " : `\n${" ".repeat(deeper)}`}${printBlock(value, deeper)}`;
}

function isEmptyCollection(node: Node): boolean {
  return (
    (node.kind === "mapping" && node.entries.length === 0) ||
    (node.kind === "sequence" && node.items.length === 0)
  );
}
