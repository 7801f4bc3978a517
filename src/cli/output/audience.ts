import { formatDuration } from "../../log/format.ts";
import { createLineSplitter } from "../../text/line-splitter.ts";
import type { Audience } from "../../log/narrator.ts";
import { createProgress } from "./progress.ts";
import type { Screen } from "./screen.ts";
import type { Style } from "./style.ts";

/** Time, as the audience needs it. */
export interface Clock {
  /** In milliseconds. */
  readonly now: () => number;
  /** Calls again and again, and keeps no process alive; the returned function stops it. */
  readonly every: (milliseconds: number, act: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  every(milliseconds, act) {
    const timer = setInterval(act, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};

const lookEveryMs = 250;

/**
 * Tells the user what is being done: a line a step, with the time it took. What takes long shows that it lives: by a
 * progress line on a terminal, by a line now and then elsewhere.
 */
export function createAudience(screen: Screen, style: Style, clock: Clock): Audience {
  const progress = createProgress(clock.now);
  const lines = createLineSplitter(progress.output);
  let stop: (() => void) | undefined;
  const look = () => {
    const width = screen.progressWidth;
    if (width !== undefined) {
      const text = progress.line(width);
      screen.progress(text === "" ? "" : style.dim(text));
      return;
    }
    const sign = progress.sign();
    if (sign !== undefined) line(sign);
  };
  const line = (text: string) => screen.lines(`${text}\n`);
  const busy = (text: string) => {
    const end = progress.begin(text);
    stop ??= clock.every(lookEveryMs, look);
    return () => {
      lines.end();
      end();
      screen.progress("");
      if (!progress.isIdle()) return;
      stop?.();
      stop = undefined;
    };
  };
  return {
    busy,
    started(text) {
      line(`${style.dim("→")} ${text}`);
      return busy(text);
    },
    ended(text, outcome, elapsedMs) {
      const mark = outcome === "success" ? style.green("✓") : style.red("✗");
      line(`${mark} ${text} ${style.dim(`(${formatDuration(elapsedMs)})`)}`);
    },
    progress: progress.note,
    warning: (text) => line(`${style.yellow("!")} ${text}`),
    output(bytes) {
      screen.output(bytes);
      lines.push(bytes);
    },
  };
}
