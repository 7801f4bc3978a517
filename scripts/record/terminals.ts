/**
 * Real terminals, watched while somebody types in them: panes of a tmux server of their own. What they show is kept with
 * its time, as logical lines (not as the terminal wraps them).
 */
import { join } from "node:path";

export interface Style {
  readonly colour: number | undefined;
  readonly isDim: boolean;
  readonly isBold: boolean;
}

export interface Span extends Style {
  readonly text: string;
}

export type Line = readonly Span[];

/** What a terminal showed from a moment on, its history included. */
export interface Frame {
  readonly pane: string;
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly lines: readonly Line[];
}

interface Pane {
  readonly name: string;
  readonly columns: number;
  readonly folder: string;
}

const lookEveryMs = 25;
const keyPauseMs = 160;
/** For a person who reads along, after a command. */
const readingMs = 1200;
const deadlineMs = 120_000;

export interface Terminals {
  readonly frames: readonly Frame[];
  /** Types a command, word by word, and waits for the next prompt. */
  readonly type: (pane: string, line: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a terminal with a plain bash for each pane. */
export async function openTerminals(
  panes: readonly Pane[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Terminals> {
  const frames: Frame[] = [];
  const tmux = async (...args: string[]) => {
    const argv = ["tmux", "-u", "-S", join(folder, "recorder"), "-f", "/dev/null", ...args];
    const child = Bun.spawn(argv, { env: { ...env }, stdout: "pipe", stderr: "inherit" });
    const text = await child.stdout.text();
    if ((await child.exited) !== 0) throw new Error(argv.join(" "));
    return text;
  };
  const last = new Map<string, string>();
  const look = async (pane: string, at: number) => {
    const text = await tmux("capture-pane", "-p", "-e", "-J", "-S", "-", "-t", `=${pane}:`);
    if (text === last.get(pane)) return;
    last.set(pane, text);
    frames.push({ pane, at, lines: parseScreen(text) });
  };
  for (const { name, columns, folder: start } of panes) {
    const shell = ["bash", "--noprofile", "--norc"];
    const size = ["-x", String(columns), "-y", "60"];
    await tmux("new-session", "-d", "-s", name, "-c", start, ...size, "-e", `PANE=${name}`, ...shell);
  }
  const beginning = performance.now();
  const closing = new AbortController();
  const watching = (async () => {
    while (!closing.signal.aborted) {
      for (const { name } of panes) await look(name, performance.now() - beginning);
      await Bun.sleep(lookEveryMs);
    }
  })();
  const prompts = async (pane: string) => {
    const file = Bun.file(join(folder, `prompts-${pane}`));
    return (await file.exists()) ? (await file.text()).length : 0;
  };
  const promptAfter = async (pane: string, count: number) => {
    for (
      const end = performance.now() + deadlineMs;
      (await prompts(pane)) <= count;
      await Bun.sleep(lookEveryMs)
    )
      if (performance.now() > end) throw new Error(`no prompt in ${pane}:\n${last.get(pane)}`);
  };
  return {
    frames,
    async type(pane, line) {
      await promptAfter(pane, 0);
      const before = await prompts(pane);
      for (const word of line.split(/(?= )/)) {
        await tmux("send-keys", "-t", `=${pane}:`, "-l", "--", word);
        await Bun.sleep(keyPauseMs);
      }
      await tmux("send-keys", "-t", `=${pane}:`, "Enter");
      await promptAfter(pane, before);
      await Bun.sleep(readingMs);
    },
    async close() {
      closing.abort();
      await watching;
      await tmux("kill-server");
    },
  };
}

const plain: Style = { colour: undefined, isDim: false, isBold: false };

/** Lines of text with select-graphic-rendition sequences, which is all that `capture-pane -e` prints. */
function parseScreen(text: string): Line[] {
  let style = plain;
  const lines = text.split("\n").map((line) =>
    line.split("\u001b[").flatMap((part, index): Span[] => {
      const end = index === 0 ? 0 : part.indexOf("m") + 1;
      const codes = part
        .slice(0, Math.max(0, end - 1))
        .split(";")
        .map(Number);
      if (end > 0) for (const code of codes) style = withCode(style, code);
      return part.length === end ? [] : [{ ...style, text: part.slice(end) }];
    }),
  );
  const isBlank = (line: Line) => line.every((span) => span.text.trim() === "");
  const end = lines.findLastIndex((line) => !isBlank(line));
  return lines.slice(0, end + 1);
}

function withCode(style: Style, code: number): Style {
  if (code === 0) return plain;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 39) return { ...style, colour: undefined };
  return code >= 30 && code <= 37 ? { ...style, colour: code - 30 } : style;
}
