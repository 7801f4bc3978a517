import { linesIn } from "../../text/whole-lines.ts";
import type { CommandContext } from "../command-context.ts";
import { createPlainLines } from "../../text/plain-lines.ts";
import { createTerminalText, isForViewers } from "../../text/terminal-text.ts";

/** Cyan, yellow, green, magenta, blue: one after the other for each source. */
const colours = [36, 33, 32, 35, 34];
const reset = "\u001b[0m";

type Output = Pick<CommandContext, "answerSoon" | "isColoured" | "isTerminal">;

/**
 * Prints lines with their source in front, one call after the other, though several sources call at once. What only
 * terminals understand stays on a terminal; false when nobody reads any more.
 */
export function createLogLines({ answerSoon, isColoured, isTerminal }: Output) {
  const keepsEscapes = isTerminal || isColoured;
  const sources = new Set<string>();
  let last = Promise.resolve(true);
  const prefixOf = (source: string) => {
    const known = [...sources.add(source)];
    const width = Math.max(...known.map((name) => name.length));
    const text = `${source.padEnd(width)} |`;
    const colour = colours[known.indexOf(source) % colours.length];
    return isColoured ? `\u001b[${colour}m${text}${reset} ` : `${text} `;
  };
  return {
    /** Names sources before their first lines come: all prefixes have one width. */
    announce(names: readonly string[]): void {
      for (const name of names) sources.add(name);
    },
    async print(source: string, lines: Buffer): Promise<boolean> {
      const prefix = prefixOf(source);
      const text = keepsEscapes ? forTerminal(lines, prefix) : forOthers(lines, prefix);
      last = last.then(() => answerSoon(text));
      return await last;
    },
  };
}

/** A return goes back to the end of the prefix, and colours end with their line. */
function forTerminal(lines: Buffer, prefix: string): string {
  const terminal = createTerminalText(isForViewers);
  let text = "";
  for (const line of linesIn(lines)) {
    const shown = terminal.push(`${line.toString()}\n`).replace(/\r*\n$/, "");
    const end = shown.includes("\u001b") ? reset : "";
    text += `${prefix}${shown.replace(/\r+/g, `\r${prefix}`)}${end}\n`;
  }
  return text;
}

function forOthers(lines: Buffer, prefix: string): string {
  const plain = createPlainLines();
  const text = plain.push(lines) + plain.end();
  return text.replace(/^(?=.|\n)/gm, prefix);
}
