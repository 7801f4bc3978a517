import { plainText } from "../../log/format.ts";

/** What a terminal got, for a file or another program: lines, without what only a terminal understands. */
export interface PlainLines {
  /** Returns the lines that have ended. */
  push(bytes: Uint8Array): string;
  /** Returns the last line, when it has no end of its own. */
  end(): string;
}

/** In UTF-16 units: a line that never ends must not take all memory, so it ends here. */
const longestLine = 8 * 1024 * 1024;
// oxlint-disable-next-line no-control-regex -- what plainText removes, or takes for the beginning of more to remove
const forTerminals = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/** A carriage return ends a line too (progress bars), unless the line's end follows, or it is at its beginning. */
export function createPlainLines(): PlainLines {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    push(bytes) {
      const text = rest + decoder.decode(bytes, { stream: true });
      const end = endOfLines(text);
      rest = text.slice(end);
      return plainLines(text.slice(0, end));
    },
    end() {
      const last = plainLines(`${rest}${decoder.decode()}\n`);
      return rest === "" ? "" : last;
    },
  };
}

/** Up to where the lines are whole. Returns at the end may be followed by a line feed. */
function endOfLines(text: string): number {
  if (text.length > longestLine) return text.length;
  let last = text.length;
  while (last > 0 && text[last - 1] === "\r") last--;
  const lastReturn = last === 0 ? -1 : text.lastIndexOf("\r", last - 1);
  return Math.max(text.lastIndexOf("\n"), lastReturn) + 1;
}

function plainLines(text: string): string {
  const unix = text.replace(/\r+\n/g, "\n");
  // Most output is plain already.
  if (!forTerminals.test(unix)) return unix;
  const lines = unix.split("\n");
  // What comes behind the last line feed ends with a return: without text before it, it ends nothing.
  const last = partsOf(lines.pop() ?? "");
  return [...lines.flatMap((line) => (/[^\r]/.test(line) ? partsOf(line) : [""])), ...last]
    .map((part) => `${plainText(part)}\n`)
    .join("");
}

function partsOf(line: string): string[] {
  return line.split("\r").filter((part) => part !== "");
}
