import { buildCommand } from "@stricli/core";
import { requirePath } from "../operations/workspace.ts";
import type { CommandContext } from "./command-context.ts";
import { toJson } from "./output/json.ts";
import { jsonFlag, narratorsAliases, narratorsFlags, parseWord, workspaceArgument } from "./parameters.ts";

interface InitFlags {
  readonly from?: string;
  readonly keep: boolean;
  readonly quiet: boolean;
  readonly strict: boolean;
  readonly json: boolean;
}

export const initCommand = buildCommand({
  docs: {
    brief: "Give a workspace its own containers, ports, session, data folder and variables",
    fullDescription: [
      "Registers the workspace, runs its init script, starts its compose project with names and ports of its own,",
      "runs its setup script when everything is ready, and makes the tmux session mono-<name>.",
      "With --from it starts with another environment's data; that environment is paused while the data is copied.",
      "Undoes everything if a step fails, unless --keep is given. Prints the variables at the end; with --json, also the",
      "ports and what is shared.",
      "",
      "EXAMPLES",
      "  mono init ~/conductor/workspaces/shop/paris",
      '  mono init "$CONDUCTOR_WORKSPACE_PATH"',
      "  mono init . --from shop-main",
      "  mono init . --json | jq '.environment.ports'",
    ].join("\n"),
  },
  parameters: {
    positional: workspaceArgument,
    flags: {
      from: {
        kind: "parsed",
        brief: "Begin with the volumes and the data folder of another environment, as they are now",
        parse(this: CommandContext, text: string) {
          if (text === "") throw new Error("it takes the name or the path of an environment");
          return parseWord(this, text);
        },
        placeholder: "environment",
        async proposeCompletions(this: CommandContext, partial: string) {
          return (await import("./completion/propose.ts")).proposeEnvironments(this, partial);
        },
        optional: true,
      },
      strict: {
        kind: "boolean",
        brief: "Refuse a compose file that shares something with other environments",
        default: false,
        withNegated: false,
      },
      keep: {
        kind: "boolean",
        brief: "If it fails, keep what was made, for inspection",
        default: false,
        withNegated: false,
      },
      json: jsonFlag,
      ...narratorsFlags,
    },
    aliases: narratorsAliases,
  },
  async func(this: CommandContext, { from, json, keep, quiet, strict }: InitFlags, path?: string) {
    const { operations } = this;
    if (quiet) this.beQuiet();
    const [{ describe }, { init }] = await Promise.all([
      import("../operations/describe.ts"),
      import("../operations/init.ts"),
    ]);
    const made = await init(operations, requirePath(operations, path), { from, keep, strict });
    const environment = describe(operations, made);
    this.remark(`${environment.name} is ready: mono attach ${environment.name}`);
    if (json) {
      this.answer(toJson("init", { environment }));
      return;
    }
    for (const [name, value] of Object.entries(environment.variables)) {
      // A port on this machine is taken for granted.
      const isHere = /^(localhost|127\..*)$/.test(value);
      if (!name.endsWith("_HOST") || !isHere) this.remark(`  ${name}=${value}`);
    }
  },
});
