/** A tmux command and its arguments; `{session}` as an argument stands for the session's exact target. */
export interface SessionCommand {
  readonly name: string;
  readonly args: readonly string[];
}

/** The argument that stands for the session itself. */
export const thisSession = "{session}";

/** Text for `source-file -`: a command a line, every argument quoted so that tmux reads it back to the letter. */
export function toSourceText(target: string, commands: readonly SessionCommand[]): string {
  return commands
    .map(({ name, args }) =>
      [name, ...args.map((arg) => quote(arg === thisSession ? target : arg))].join(" "),
    )
    .map((line) => `${line}\n`)
    .join("");
}

function quote(text: string): string {
  const escaped = text
    .replace(/[\\"$~]/g, String.raw`\$&`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\r", String.raw`\r`);
  return `"${escaped}"`;
}
