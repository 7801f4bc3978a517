import { createTerminalText } from "./terminal-text.ts";

/** What a terminal got, for a file or another program: lines, without what only a terminal understands. */
export interface PlainLines {
  /** Returns the lines that have ended. */
  push(bytes: Uint8Array): string;
  /** Returns the last line, when it has no end of its own. */
  end(): string;
}

/** In UTF-16 units: a line that never ends must not take all memory, so it ends here. */
const longestLine = 8 * 1024 * 1024;
/** A carriage return ends a line too (progress bars), unless the line's end follows, or it is at its beginning. */
export function createPlainLines(): PlainLines {
  const decoder = new TextDecoder();
  const terminal = createTerminalText(() => false);
  let rest = "";
  return {
    push(bytes) {
      const text = rest + terminal.push(decoder.decode(bytes, { stream: true })).replaceAll("\b", "");
      const end = endOfLines(text);
      rest = text.slice(end);
      return plainLines(text.slice(0, end));
    },
    end() {
      const last = rest + terminal.push(decoder.decode());
      rest = "";
      return last === "" ? "" : plainLines(`${last}\n`);
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
  if (!unix.includes("\r")) return unix;
  const lines = unix.split("\n");
  // What comes after the last line feed ends with a return: without text before it, it ends nothing.
  const last = partsOf(lines.pop() ?? "");
  return [...lines.flatMap((line) => (/[^\r]/.test(line) ? partsOf(line) : [""])), ...last]
    .map((part) => `${part}\n`)
    .join("");
}

function partsOf(line: string): string[] {
  return line.split("\r").filter((part) => part !== "");
}
