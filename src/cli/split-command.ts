/**
 * The command line of exec, in two: what is mono's, and the command behind the first `--`, with whatever flags and
 * dashes it has. Stricli alone would not say which argument stood in front of `--`, and the path there is optional.
 */
export function splitCommand(args: readonly string[]): {
  readonly inputs: readonly string[];
  readonly command: readonly string[];
} {
  const end = args[0] === "exec" ? args.indexOf("--") : -1;
  return end === -1
    ? { inputs: args, command: [] }
    : { inputs: args.slice(0, end), command: args.slice(end + 1) };
}

/** `mono help init` is `mono init --help`, and `mono help` is `mono --help`. */
export function withHelpFlag(args: readonly string[]): readonly string[] {
  if (args[0] !== "help") return args;
  return args[1] === undefined || args[1].startsWith("-") ? ["--help"] : [args[1], "--help"];
}

/** The word by which completion scripts ask (`completion/complete.ts`); no command is called so. */
export const completionWord = "__complete";
