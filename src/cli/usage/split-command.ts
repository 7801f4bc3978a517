interface CommandLine {
  /** What is for Stricli. */
  readonly inputs: readonly string[];
  /** What follows `--` in a command line of exec. */
  readonly command: readonly string[];
  /** Whether `--no-color` is there: it counts before the command, too, and for what is wrong with the rest. */
  readonly isWithoutColour: boolean;
}

const noColour = "--no-color";

/**
 * The command line in its parts. Of exec, what is mono's, and the command after the first `--`, with whatever flags and
 * dashes it has: Stricli alone would not say which argument stood in front of `--`, and the path there is optional.
 */
export function splitCommand(args: readonly string[]): CommandLine {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const flagged = args.slice(0, end);
  const own = flagged.filter((argument) => argument !== noColour);
  const isWithoutColour = own.length < flagged.length;
  return own[0] === "exec"
    ? { inputs: own, command: args.slice(end + 1), isWithoutColour }
    : { inputs: withHelpFlag([...own, ...args.slice(end)]), command: [], isWithoutColour };
}

/** `mono help init` is `mono init --help`, and `mono help` is `mono --help`. */
function withHelpFlag(args: readonly string[]): readonly string[] {
  if (args[0] !== "help") return args;
  const [, command = "help"] = args;
  return command === "help" || command.startsWith("-") ? ["--help"] : [command, "--help"];
}

/** The word by which completion scripts ask (`completion/complete.ts`); no command is called so. */
export const completionWord = "__complete";
