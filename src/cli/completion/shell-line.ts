/** A command line as bash has it while it is typed: read as the shell would read it, and completed in its quotes. */

interface ShellLine {
  /** The words without their quotes; the last one is what stands before the cursor, and may be empty. */
  readonly words: readonly string[];
  /** The quote that is open at the end of the line. */
  readonly quote: Quote;
}

type Quote = "" | "'" | '"';

/** Reads a line up to the cursor. Nothing in it is expanded: `$HOME` stays as it is. */
export function readShellLine(line: string): ShellLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: Quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (character === quote) {
      quote = "";
    } else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (
      character === "\\" &&
      (quote === "" || (quote === '"' && /["$`\\]/.test(line[at + 1] ?? "")))
    ) {
      at++;
      word = (word ?? "") + (line[at] ?? "");
    } else {
      word = (word ?? "") + character;
    }
  }
  return { words: [...words, word ?? ""], quote };
}

/**
 * What has to stand in place of `replaced`, the end of the last word as the shell has it, to make it `whole`. The shell
 * ends words at colons too, and then replaces only what follows the last one. Undefined when that cannot be told.
 */
export function replacement(
  whole: string,
  { words, quote }: ShellLine,
  replaced: string,
): string | undefined {
  const typed = words.at(-1) ?? "";
  const end = quote === "" ? (readShellLine(replaced).words.at(-1) ?? "") : unquotedIn(quote, replaced);
  if (!typed.endsWith(end)) return undefined;
  const before = typed.slice(0, typed.length - end.length);
  if (!whole.startsWith(before)) return undefined;
  return quotedIn(quote, whole.slice(before.length), before === "");
}

function unquotedIn(quote: Quote, text: string): string {
  return readShellLine(`${quote}${text}`).words.at(-1) ?? "";
}

/** A tilde at the beginning of a word stays what it is, without quotes. */
function quotedIn(quote: Quote, text: string, isBeginning: boolean): string {
  switch (quote) {
    case "'":
      return text.replaceAll("'", String.raw`'\''`);
    case '"':
      return text.replace(/["$`\\]/g, String.raw`\$&`);
    case "": {
      const tilde = isBeginning && /^~(\/|$)/.test(text) ? "~" : "";
      return tilde + text.slice(tilde.length).replace(/[^\w@%+=:,./\p{L}\p{N}-]/gu, String.raw`\$&`);
    }
  }
}
