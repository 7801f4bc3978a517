/** A tmux command and its arguments; `{session}` after `-t` stands for the session's exact target. */
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
      [name, ...args.map((arg, index) => quote(isTarget(args, index) ? target : arg))].join(" "),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** Where a target belongs: a value may have any text. */
function isTarget(args: readonly string[], index: number): boolean {
  return args[index] === thisSession && args[index - 1] === "-t";
}

function quote(text: string): string {
  const escaped = text
    .replace(/[\\"$~]/g, String.raw`\$&`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\r", String.raw`\r`);
  return `"${escaped}"`;
}

/** Text that tmux would expand, as itself: `#S` in a folder's name is no session. */
export function literal(text: string): string {
  return text.replaceAll("#", "##");
}
