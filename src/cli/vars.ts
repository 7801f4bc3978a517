import { buildCommand } from "@stricli/core";
import type { Variables } from "../environment/variables.ts";
import { toDotenv, toFishText, toShellText } from "../environment/variables-text.ts";
import { requireReference } from "../operations/reference.ts";
import type { CommandContext } from "./command-context.ts";
import { toJson } from "./output/json.ts";
import { environmentArgument, everyonesFlags, jsonFlag } from "./parameters.ts";

const formats = ["sh", "fish", "dotenv", "json"] as const;
type Format = (typeof formats)[number];

interface VarsFlags {
  readonly all: boolean;
  readonly format: Format;
  readonly json: boolean;
}

export const varsCommand = buildCommand({
  docs: {
    brief: "Print a workspace's MONO_* variables for a shell to evaluate",
    fullDescription: [
      "Prints lines for any POSIX shell. Variables that another environment left in it are unset. The ports are",
      "those of the private compose file; Docker is not asked. With --all a bare docker compose in that shell means the",
      "environment's own containers, and the variables by which compose files choose ports hold the private ones.",
      "",
      "EXAMPLES",
      '  eval "$(mono vars ~/conductor/workspaces/shop/paris)"',
      '  eval "$(mono vars --all shop-paris)"',
      "  mono vars --format fish shop-paris | source",
      "  mono vars --format dotenv --all > .env.mono",
    ].join("\n"),
  },
  parameters: {
    positional: environmentArgument,
    flags: {
      format: {
        kind: "enum",
        values: formats,
        brief: "For sh, for fish, as lines of a .env file, or as JSON",
        default: "sh",
      },
      all: {
        kind: "boolean",
        brief: "With COMPOSE_* and the variables by which compose files choose ports, as scripts have them",
        default: false,
        withNegated: false,
      },
      json: jsonFlag,
      ...everyonesFlags,
    },
  },
  async func(this: CommandContext, { all, format, json }: VarsFlags, path?: string) {
    const { vars } = await import("../operations/vars.ts");
    const variables = vars(this.operations, requireReference(this.operations, path), { all });
    this.answer(textOf(variables, json ? "json" : format, this.operations.env));
  },
});

function textOf(variables: Variables, format: Format, env: CommandContext["operations"]["env"]): string {
  switch (format) {
    case "sh":
      return toShellText(variables, env);
    case "fish":
      return toFishText(variables, env);
    case "dotenv":
      return toDotenv(variables);
    case "json":
      return toJson("vars", { variables });
  }
}
