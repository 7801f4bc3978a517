/**
 * Standard error as a person sees it: lines of mono's own, a child's output between them, and on a terminal a progress
 * line below, which is redrawn in place.
 *
 * - The progress line never mixes with anything: it is erased before anything else is written.
 * - While the child is in the middle of a line, the progress line stands on the next row, and the cursor goes back to
 *   where the child left it, with its colours: `ESC 7` and `ESC 8` keep both. Before that, a row is made sure of
 *   (`ESC D`, up again), since scrolling would move what was kept.
 * - The cursor is never hidden, and no line wraps, so that nothing has to be put back when mono is killed.
 * - A terminal that has become narrower wraps what is drawn: so all below the cursor is erased, not one row.
 * - Where there is no terminal, a child's output becomes lines without escape sequences, and there is no progress line.
 */
import { createPlainLines, type PlainLines } from "../../text/plain-lines.ts";

export interface Screen {
  /** Writes lines of mono's own, at the beginning of a line whatever the child has left. */
  lines(text: string): void;
  /** Writes what a child has printed, as it comes. */
  output(bytes: Uint8Array): void;
  /** Shows a progress line in place of the last one; none for an empty text. Only on a terminal. */
  progress(text: string): void;
  /** Columns that a progress line may take; undefined where there can be none. */
  readonly progressWidth: number | undefined;
}

interface ScreenOptions {
  readonly write: (text: string | Uint8Array) => void;
  /** Columns of the terminal; undefined when it is no terminal, or one that cannot move its cursor. Asked late: it costs. */
  readonly columns: () => number | undefined;
  /** Escape sequences go through although there is no terminal. */
  readonly keepsEscapes: () => boolean;
}

const keep = "\u001b7\u001b[0m";
const goBack = "\u001b8";
const eraseBelow = "\u001b[J";
const nextRow = "\u001b[B\r";
const makeRow = "\u001bD\u001b[A";
/** What a terminal with a size of 0 gets: one that nobody has told, such as a pipe in disguise. */
const usualColumns = 80;

export function createScreen({ write, columns, keepsEscapes }: ScreenOptions): Screen {
  let drawn = "";
  let isMidLine = false;
  let mayBeColoured = false;
  let plain: PlainLines | undefined;
  const erase = () => {
    if (drawn !== "") write(`${keep}${isMidLine ? nextRow : ""}${eraseBelow}${goBack}`);
    drawn = "";
  };
  return {
    lines(text) {
      erase();
      const rest = plain?.end() ?? "";
      plain = undefined;
      const end = `${mayBeColoured ? "\u001b[0m" : ""}${isMidLine ? "\n" : ""}`;
      [isMidLine, mayBeColoured] = [false, false];
      write(`${rest}${end}${text}`);
    },
    output(bytes) {
      erase();
      if (columns() === undefined && !keepsEscapes()) {
        plain ??= createPlainLines();
        const whole = plain.push(bytes);
        if (whole !== "") write(whole);
        return;
      }
      write(bytes);
      isMidLine = !endsLine(bytes);
      mayBeColoured ||= bytes.includes(0x1b);
    },
    progress(text) {
      if (text === drawn) return;
      erase();
      if (text === "") return;
      drawn = text;
      const [row, place] = isMidLine ? [makeRow, nextRow] : ["", ""];
      write(`${row}${keep}${place}${text}${goBack}`);
    },
    get progressWidth() {
      const width = columns();
      // The last column stays free: some terminals wrap when it is written.
      return width === undefined ? undefined : (width || usualColumns) - 1;
    },
  };
}

/** A line's end that only colours may follow. */
function endsLine(bytes: Uint8Array): boolean {
  const end = Buffer.from(bytes.subarray(-64)).toString("latin1");
  // oxlint-disable-next-line no-control-regex -- what sets a colour
  return /\n(?:\u001b\[[\d;]*m)*$/.test(end);
}
