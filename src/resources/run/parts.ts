/** The files that hold a run's output, as their writer and their readers know them. */

/** The output is kept in parts of this size, in bytes: `<output>.1`, `<output>.2` and so on. The last two are kept. */
export const partBytes = 16 * 1024 * 1024;

export function partOf(output: string, number: number): string {
  return `${output}.${number}`;
}

/** The file that says that nothing is added any more. */
export function endFileOf(output: string): string {
  return `${output}.end`;
}

/** What the wrapper prints after a run's last output: an operating system command, which terminals leave out. */
export function endMark(token: string): string {
  return `\u001b]7770;${token}\u001b\\`;
}
