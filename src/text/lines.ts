/** The last lines of an output, for an error. */
export function lastLines(text: string): string[] {
  return text.trimEnd().split("\n").slice(-15);
}

/** The lines of an answer that is a list. */
export function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
