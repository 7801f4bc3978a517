import { buildCommand } from "@stricli/core";
import { toShellText } from "../environment/variables.ts";
import { requireReference } from "../operations/reference.ts";
import type { CommandContext } from "./command-context.ts";
import { toJson } from "./output/json.ts";
import { environmentArgument, everyonesFlags, jsonFlag } from "./parameters.ts";

interface VarsFlags {
  readonly json: boolean;
}

export const varsCommand = buildCommand({
  docs: {
    brief: "Print a workspace's MONO_* variables for a shell to evaluate",
    fullDescription: [
      "Prints lines that any POSIX shell evaluates. What another environment has set there before is unset. The ports are",
      "those of the private compose file; Docker is not asked.",
      "",
      "EXAMPLES",
      '  eval "$(mono vars ~/conductor/workspaces/shop/paris)"',
      "  mono vars shop-paris --json",
    ].join("\n"),
  },
  parameters: {
    positional: environmentArgument,
    flags: { json: jsonFlag, ...everyonesFlags },
  },
  async func(this: CommandContext, { json }: VarsFlags, path?: string) {
    const { vars } = await import("../operations/vars.ts");
    const variables = vars(this.operations, requireReference(this.operations, path));
    this.answer(json ? toJson("vars", { variables }) : toShellText(variables, this.operations.env));
  },
});
