import { plainText } from "../text/plain-text.ts";

/** The text of one line of mono.log: `[14:32:05.123] [+377ms] [auth-feature|out] npm install`. */
export function formatLogLine(time: string, elapsedMs: number, tag: string, text: string): string {
  return `[${time}] [+${formatDuration(elapsedMs)}] [${tag}] ${plainText(text)}\n`;
}

/** Milliseconds in the form that the specification shows: `0s`, `333ms`, `1.111s`, `2m3.5s`, `1h0m2s`. */
export function formatDuration(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds));
  if (whole === 0) return "0s";
  if (whole < 1000) return `${whole}ms`;
  const seconds = `${Number(((whole % 60_000) / 1000).toFixed(3))}s`;
  const minutes = Math.floor(whole / 60_000);
  if (minutes === 0) return seconds;
  if (minutes < 60) return `${minutes}m${seconds}`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
