import { formatDuration } from "../log/format.ts";
import type { Audience } from "../log/narrator.ts";
import type { Style } from "./style.ts";
import { standardError, write } from "./write.ts";

/** Tells the user on standard error what is being done: a line a step, with the time it took. */
export function createAudience(style: Style): Audience {
  const line = (text: string) => write(standardError, `${text}\n`);
  return {
    started: (text) => line(`${style.dim("→")} ${text}`),
    ended(text, outcome, elapsedMs) {
      const mark = outcome === "success" ? style.green("✓") : style.red("✗");
      line(`${mark} ${text} ${style.dim(`(${formatDuration(elapsedMs)})`)}`);
    },
    warning: (text) => line(`${style.yellow("!")} ${text}`),
    output: (bytes) => write(standardError, bytes),
  };
}
