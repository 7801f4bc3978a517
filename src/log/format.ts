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

// Each also as the one character that a terminal takes for its two. First CSI, whole or cut short by the line's end.
// Then the strings (DCS, SOS, OSC, PM, APC: titles, links, images): of one without an end its text stays, since it may
// be what the child had to say. Then other two-byte escapes, then every control character but the tab.
// No part can begin inside itself, which keeps the time in proportion to the text, whatever that is.
const escapes =
  // oxlint-disable-next-line no-control-regex -- removing them is the purpose
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[PX\]^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0080-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;
// oxlint-disable-next-line no-control-regex -- as above
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;

/** The text without escape sequences and control characters, so that a log shown in a terminal stays text. */
export function plainText(text: string): string {
  return text.replace(escapes, "").replace(controls, "");
}
