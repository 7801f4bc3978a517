/** The flags and arguments that several commands have. */
import type { CommandContext } from "./command-context.ts";
import { DashedWordError } from "./usage/dashed-word.ts";

/** The flags that every command has. */
export const everyonesFlags = {
  // Taken off the command line before Stricli reads it (usage/split-command.ts): this is for the help.
  noColor: { kind: "boolean", brief: "Print without colours", default: false, withNegated: false },
} as const;

/** The flag of a command that answers. */
export const jsonFlag = {
  kind: "boolean",
  brief: "Answer in JSON",
  default: false,
  withNegated: false,
} as const;

/** The flags of a command that tells what it does. */
export const narratorsFlags = {
  quiet: { kind: "boolean", brief: "Print only warnings and errors", default: false, withNegated: false },
  ...everyonesFlags,
} as const;

export const narratorsAliases = { q: "quiet" } as const;

/**
 * A word that is no flag. Stricli takes for one whatever does not look like its own flags to it: `-n3`, `--x`, `--tail=`.
 * Write a folder of that name after `--`, or with a `/` in front.
 */
export function parseWord({ typed }: CommandContext, text: string): string {
  const end = typed.indexOf("--");
  const isBehindDashes = end !== -1 && !typed.slice(0, end).includes(text);
  if (/^-./s.test(text) && !isBehindDashes) throw new DashedWordError();
  return text;
}

/** The only argument of init: `$CONDUCTOR_WORKSPACE_PATH` stands in for it. */
export const workspaceArgument = optionalPath(
  "Folder of the workspace; $CONDUCTOR_WORKSPACE_PATH when not given",
  async (context, partial) => (await import("./completion/propose.ts")).proposeFolders(context, partial),
);

/** The same for a command that is about an environment which exists: it may be called by its name. */
export const environmentArgument = optionalPath(
  "Folder of the workspace, or name of its environment; when not given, see mono --help",
  async (context, partial) => (await import("./completion/propose.ts")).proposeEnvironments(context, partial),
);

type Propose = (context: CommandContext, partial: string) => Promise<readonly string[]>;

function optionalPath(brief: string, propose: Propose) {
  return { kind: "tuple", parameters: [{ ...pathParameter(brief, propose), optional: true }] } as const;
}

/** Any number of environments. */
export const environmentArguments = {
  kind: "array",
  parameter: pathParameter(
    "Folders of workspaces, or names of their environments; when none is given, see mono --help",
    async (context, partial) =>
      (await import("./completion/propose.ts")).proposeEnvironments(context, partial),
  ),
} as const;

function pathParameter(brief: string, propose: Propose) {
  return {
    brief,
    async proposeCompletions(this: CommandContext, partial: string) {
      return await propose(this, partial);
    },
    parse(this: CommandContext, text: string) {
      return parseWord(this, text);
    },
    placeholder: "path",
  } as const;
}
