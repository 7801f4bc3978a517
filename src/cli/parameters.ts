/** The flags and arguments that several commands have. */
import type { CommandContext } from "./command-context.ts";

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
  quiet: { kind: "boolean", brief: "Print warnings and errors alone", default: false, withNegated: false },
  ...everyonesFlags,
} as const;

export const narratorsAliases = { q: "quiet" } as const;

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
      parse: String,
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
      parse: String,
      placeholder: "path",
      optional: true,
    },
  ],
} as const;
