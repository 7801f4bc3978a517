import { buildCommand } from "@stricli/core";
import { toShellExports } from "../environment/variables.ts";
import { requirePath } from "../operations/workspace.ts";
import { type CommandContext, everyonesFlags, toJson, workspaceArgument } from "./command-context.ts";

interface VarsFlags {
  readonly json: boolean;
}

export const varsCommand = buildCommand({
  docs: {
    brief: "Print a workspace's MONO_* variables for a shell to evaluate",
    fullDescription: [
      "Prints export lines that any POSIX shell evaluates. The ports are those of the private compose file; Docker is",
      "not asked.",
      "",
      "EXAMPLES",
      '  eval "$(mono vars ~/conductor/workspaces/shop/paris)"',
    ].join("\n"),
  },
  parameters: {
    positional: workspaceArgument,
    flags: {
      json: { kind: "boolean", brief: "Answer in JSON", default: false, withNegated: false },
      ...everyonesFlags,
    },
  },
  async func(this: CommandContext, { json }: VarsFlags, path?: string) {
    const { vars } = await import("../operations/vars.ts");
    const variables = vars(this.operations, requirePath(this.operations, path));
    this.answer(json ? toJson({ variables }) : toShellExports(variables));
  },
});
