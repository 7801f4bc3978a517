import { buildCommand } from "@stricli/core";
import { requirePath } from "../operations/workspace.ts";
import type { CommandContext } from "./command-context.ts";
import { toJson } from "./output/json.ts";
import { jsonFlag, narratorsAliases, narratorsFlags, workspaceArgument } from "./parameters.ts";

interface InitFlags {
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
      "If any of it fails, all of it is undone, unless you say --keep. Its variables are printed in the end, or with --json all there is to know.",
      "",
      "EXAMPLES",
      "  mono init ~/conductor/workspaces/shop/paris",
      '  mono init "$CONDUCTOR_WORKSPACE_PATH"',
      "  mono init . --json | jq '.environment.ports'",
    ].join("\n"),
  },
  parameters: {
    positional: workspaceArgument,
    flags: {
      strict: {
        kind: "boolean",
        brief: "Refuse a compose file that shares something with other environments",
        default: false,
        withNegated: false,
      },
      keep: {
        kind: "boolean",
        brief: "When it fails, leave what was made for looking at",
        default: false,
        withNegated: false,
      },
      json: jsonFlag,
      ...narratorsFlags,
    },
    aliases: narratorsAliases,
  },
  async func(this: CommandContext, { json, keep, quiet, strict }: InitFlags, path?: string) {
    const { operations } = this;
    if (quiet) this.beQuiet();
    const [{ describe }, { init }] = await Promise.all([
      import("../operations/describe.ts"),
      import("../operations/init.ts"),
    ]);
    const made = await init(operations, requirePath(operations, path), { keep, strict });
    const environment = describe(operations, made);
    this.remark(`${environment.name} is ready: mono attach ${environment.name}`);
    if (json) {
      this.answer(toJson("init", { environment }));
      return;
    }
    for (const [name, value] of Object.entries(environment.variables)) {
      this.remark(`  ${name}=${value}`);
    }
  },
});
