/**
 * Foreign text as part of a message: on one line, of limited length, without what a terminal would obey. `longest` is
 * how much of it is shown, in characters.
 */
export function shown(text: string, longest = 200): string {
  const start = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return withoutControls(start);
}

/** Every control character replaced by a character of the usual width, so that columns still line up. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, "\ufffd");
}
