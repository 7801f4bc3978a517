/** What there is to say of the steps that run, while they take long. */
import { formatDuration } from "../../log/format.ts";
import { plainText } from "../../text/plain-text.ts";

/** Milliseconds that a step may take before there is anything to say. */
const quickMs = 1000;
/** Milliseconds of silence after which a child's last line is worth repeating. */
const silentMs = 3000;
/** Milliseconds of silence before a sign of life in a file, then twice as long each time, up to the longest. */
const firstSignMs = 30_000;
const longestPauseMs = 600_000;
/** How much of a child's line a sign of life repeats, in characters. */
const longestNote = 200;

interface Step {
  readonly text: string;
  readonly startedAt: number;
}

export interface Progress {
  /** A step begins, inside of the one that runs; the returned function ends it. */
  readonly begin: (text: string) => () => void;
  /** What the innermost step is at. */
  readonly note: (text: string) => void;
  /** A line that a child of it has printed. */
  readonly output: (line: string) => void;
  /** One line for a terminal of that width; empty when there is nothing to say. */
  readonly line: (width: number) => string;
  /** One line for a file, when it is time for one again. */
  readonly sign: () => string | undefined;
  readonly isIdle: () => boolean;
}

/** `now` in milliseconds. */
export function createProgress(now: () => number): Progress {
  const steps: Step[] = [];
  let note = { text: "", isOutput: false, at: 0 };
  let pauseMs = firstSignMs;
  let lastSignAt = 0;
  const take = (text: string, isOutput: boolean) => {
    note = { text, isOutput, at: now() };
  };
  const restart = () => {
    take("", false);
    [pauseMs, lastSignAt] = [firstSignMs, now()];
  };
  const elapsed = ({ startedAt }: Step) => formatDuration(Math.floor((now() - startedAt) / 1000) * 1000);
  return {
    begin(text) {
      const step = { text, startedAt: now() };
      steps.push(step);
      restart();
      return () => {
        // With those inside of it: what was cut short has not told of its end.
        const index = steps.indexOf(step);
        if (index >= 0) steps.splice(index);
        restart();
      };
    },
    note: (text) => take(text, false),
    output(line) {
      const text = plainText(line).trim();
      if (text !== "") take(`last output: ${text}`, true);
      [pauseMs, lastSignAt] = [firstSignMs, now()];
    },
    line(width) {
      const step = steps.at(-1);
      if (step === undefined || now() - step.startedAt < quickMs) return "";
      const isStale = note.isOutput && now() - note.at < silentMs;
      return layOut(`… ${elapsed(step)} ${step.text}`, isStale ? "" : note.text, width);
    },
    sign() {
      const step = steps.at(-1);
      if (step === undefined || now() - lastSignAt < pauseMs) return undefined;
      lastSignAt = now();
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      const more = note.text === "" ? "" : `, ${cut(note.text, longestNote)}`;
      return `… still ${step.text} (${elapsed(step)})${more}`;
    },
    isIdle: () => steps.length === 0,
  };
}

const separator = " · ";

/** Both texts on one line, the first one cut to half of it when there is no room for all. */
function layOut(first: string, second: string, width: number): string {
  if (second === "") return cut(first, width);
  const room = width - separator.length - Math.min(Bun.stringWidth(second), Math.floor(width / 2));
  return cut(`${cut(first, Math.max(room, 0))}${separator}${second}`, width);
}

/** The text in at most so many columns. */
function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  let [kept, columns] = ["", 0];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    columns += Bun.stringWidth(segment);
    if (columns > width - 1) break;
    kept += segment;
  }
  return width < 1 ? "" : `${kept}…`;
}
