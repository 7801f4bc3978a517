/**
 * Scalars of YAML text: what Compose has printed is carried as its own bytes, so that no value can change on the way.
 * mono decodes a scalar only to look at it, and encodes what it writes itself.
 */

/** A plain scalar, number or keyword: as YAML 1.2 reads them, and Compose prints them. */
const plainNumber = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

/** The value of a scalar. A number beyond 2^53 loses digits here, and here alone: its bytes are what is written. */
export function decodeScalar(raw: string): unknown {
  if (raw.startsWith("'")) return foldBreaks(raw.slice(1, -1).replaceAll("''", "'"));
  if (raw.startsWith('"')) return unescapeDouble(raw.slice(1, -1));
  if (isBlockHeader(raw)) return decodeBlock(raw);
  if (raw === "null" || raw === "~" || raw === "") return null;
  if (raw === "true" || raw === "false") return raw === "true";
  // Compose prints 1e999 as it is when it is a text: no number is as large.
  return plainNumber.test(raw) && Number.isFinite(Number(raw)) ? Number(raw) : raw;
}

/** True for the first line of a block scalar, and for the whole of one. */
export function isBlockHeader(raw: string): boolean {
  return /^(?:![^ ]* )?[|>][-+0-9]*(?:\n|$)/.test(raw);
}

/** JSON, which every YAML parser reads the same way; characters that YAML alone treats as breaks are escaped. */
export function encodeScalar(value: unknown): string {
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escape);
}

/** Compose's emitter indents after a Unicode line break, and its parser takes the indentation away again. */
function foldBreaks(text: string): string {
  return text.replace(/([\u2028\u2029]) +/g, "$1");
}

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\u0007",
  b: "\b",
  t: "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\u001b",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};

function unescapeDouble(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))/g,
    (_match, two?: string, four?: string, eight?: string, letter = "") => {
      const digits = two ?? four ?? eight;
      return digits === undefined
        ? (escapes[letter] ?? letter)
        : String.fromCodePoint(Number.parseInt(digits, 16));
    },
  );
}

function decodeBlock(raw: string): string {
  const [header = "", ...lines] = raw.match(/[^\n\u2028\u2029]*(?:[\n\u2028\u2029]|$)/g) ?? [];
  const first = lines.find((line) => /[^ \n\u2028\u2029]/.test(line)) ?? "";
  const indent = Number(/\d/.exec(header)?.[0] ?? Math.max(first.search(/[^ ]/), 0));
  const text = lines.map((line) => line.slice(Math.min(indent, Math.max(line.length - 1, 0)))).join("");
  if (header.includes("+")) return text;
  return text.replace(/[\n\u2028\u2029]+$/, (breaks) => (header.includes("-") ? "" : breaks.slice(0, 1)));
}
