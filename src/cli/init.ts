import { buildCommand } from "@stricli/core";
import { shellWord } from "../error/shell-word.ts";
import { requirePath } from "../operations/workspace.ts";
import {
  type CommandContext,
  narratorsAliases,
  narratorsFlags,
  workspaceArgument,
} from "./command-context.ts";

interface InitFlags {
  readonly quiet: boolean;
  readonly strict: boolean;
}

export const initCommand = buildCommand({
  docs: {
    brief: "Give a workspace its own containers, ports, session, data folder and variables",
    fullDescription: [
      "Registers the workspace, runs its init script, starts its compose project with names and ports of its own,",
      "runs its setup script when everything is ready, and makes the tmux session mono-<name>.",
      "If any of it fails, all of it is undone.",
      "",
      "EXAMPLES",
      "  mono init ~/conductor/workspaces/shop/paris",
      '  mono init "$CONDUCTOR_WORKSPACE_PATH"',
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
      ...narratorsFlags,
    },
    aliases: narratorsAliases,
  },
  async func(this: CommandContext, { quiet, strict }: InitFlags, path?: string) {
    const { operations } = this;
    if (quiet) this.beQuiet();
    const [{ init }, { vars }] = await Promise.all([
      import("../operations/init.ts"),
      import("../operations/vars.ts"),
    ]);
    const environment = await init(operations, requirePath(operations, path), { strict });
    this.remark(`${environment.name} is ready: mono attach ${shellWord(environment.path)}`);
    for (const [name, value] of Object.entries(vars(operations, environment.path))) {
      this.remark(`  ${name}=${value}`);
    }
  },
});
