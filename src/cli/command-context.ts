import type { CommandContext as StricliContext } from "@stricli/core";
import type { Context } from "../operations/context.ts";
import { DashedWordError } from "./dashed-word.ts";

/** What a command gets: what it works with, and where its answer goes. */
export interface CommandContext extends StricliContext {
  readonly operations: Context;
  readonly homeFolder: string;
  /** Writes to standard output, which holds the answer alone. */
  readonly answer: (text: string | Uint8Array) => boolean;
  /** The same for a lot of it, which may take as long as its reader likes. */
  readonly answerSoon: (text: string | Uint8Array) => Promise<boolean>;
  /** Makes mono end with the exit status of a program that the command was about. */
  readonly exitWith: (status: number) => void;
  /** True when standard output is a terminal. */
  readonly isTerminal: boolean;
  /** True when standard input and output are a terminal. */
  readonly isInteractive: boolean;
  /** The words behind `mono`, for the completion of one of them. */
  readonly typed: readonly string[];
  /** True when standard output gets colours. */
  readonly isColoured: boolean;
  /** What stands behind `--` in a command line of exec. */
  readonly command: readonly string[];
  /** Writes a line to standard error, beside the narration of the operation. */
  readonly remark: (text: string) => void;
  /** From now on, only warnings and errors are told. */
  readonly beQuiet: () => void;
}

/** The flags that every command has. */
export const everyonesFlags = {
  // Taken off the command line before Stricli reads it (split-command.ts): this is for the help.
  noColor: { kind: "boolean", brief: "Print without colours", default: false, withNegated: false },
} as const;

/** The flags of a command that tells what it does. */
export const narratorsFlags = {
  quiet: { kind: "boolean", brief: "Print warnings and errors alone", default: false, withNegated: false },
  ...everyonesFlags,
} as const;

export const narratorsAliases = { q: "quiet" } as const;

/**
 * A word that is no flag. Stricli takes for one whatever does not look like its own flags to it: `-n3`, `--x`, `--tail=`.
 * A folder that is called so stands behind `--`, or has a `/` in front.
 */
export function parseWord({ typed }: CommandContext, text: string): string {
  const end = typed.indexOf("--");
  const isBehindDashes = end !== -1 && !typed.slice(0, end).includes(text);
  if (/^-./s.test(text) && !isBehindDashes) throw new DashedWordError();
  return text;
}

/** The only argument of init: `$CONDUCTOR_WORKSPACE_PATH` stands in for it. */
export const workspaceArgument = {
  kind: "tuple",
  parameters: [
    {
      brief: "Folder of the workspace; $CONDUCTOR_WORKSPACE_PATH when not given",
      async proposeCompletions(this: CommandContext, partial: string) {
        const { proposeFolders } = await import("./completion/propose.ts");
        return proposeFolders(this, partial);
      },
      parse(this: CommandContext, text: string) {
        return parseWord(this, text);
      },
      placeholder: "path",
      optional: true,
    },
  ],
} as const;

/** The same for a command that is about an environment which exists: it may be called by its name. */
export const environmentArgument = {
  kind: "tuple",
  parameters: [
    {
      brief: "Folder of the workspace, or name of its environment; $CONDUCTOR_WORKSPACE_PATH when not given",
      async proposeCompletions(this: CommandContext, partial: string) {
        const { proposeEnvironments } = await import("./completion/propose.ts");
        return proposeEnvironments(this, partial);
      },
      parse(this: CommandContext, text: string) {
        return parseWord(this, text);
      },
      placeholder: "path",
      optional: true,
    },
  ],
} as const;
