import { buildCommand } from "@stricli/core";
import { MonoError } from "../error/mono-error.ts";
import { requirePath } from "../operations/workspace.ts";
import {
  type CommandContext,
  narratorsAliases,
  narratorsFlags,
  workspaceArgument,
} from "./command-context.ts";

interface DestroyFlags {
  readonly force: boolean;
  readonly ifExists: boolean;
  readonly interrupted: boolean;
  readonly quiet: boolean;
}

export const destroyCommand = buildCommand({
  docs: {
    brief: "Take everything of a workspace's environment away",
    fullDescription: [
      "Runs the destroy script, ends the tmux session, removes the containers, networks and volumes, the data folder",
      "and the registration. The workspace itself is not touched, and need not be there any more.",
      "If the destroy script fails, or its Docker engine does not answer, nothing is removed.",
      "",
      "EXAMPLES",
      "  mono destroy ~/conductor/workspaces/shop/paris",
      '  mono destroy --if-exists "$CONDUCTOR_WORKSPACE_PATH"',
    ].join("\n"),
  },
  parameters: {
    positional: workspaceArgument,
    flags: {
      force: {
        kind: "boolean",
        brief: "Go on when the destroy script fails, or another Docker engine has taken the place of its own",
        default: false,
        withNegated: false,
      },
      ifExists: {
        kind: "boolean",
        brief: "Exit 0 when there is no such environment",
        default: false,
        withNegated: false,
      },
      // How mono calls itself when a signal has interrupted it (operations/backstop.ts).
      interrupted: {
        kind: "boolean",
        brief: "Only finish what an interrupted command has left",
        default: false,
        withNegated: false,
        hidden: true,
      },
      ...narratorsFlags,
    },
    aliases: narratorsAliases,
  },
  async func(this: CommandContext, flags: DestroyFlags, path?: string) {
    const { force, ifExists, interrupted, quiet } = flags;
    const { operations } = this;
    if (quiet) this.beQuiet();
    const { destroy } = await import("../operations/destroy.ts");
    try {
      const environment = await destroy(operations, requirePath(operations, path), { force, interrupted });
      this.remark(`${environment.name} is destroyed`);
    } catch (error) {
      if (!ifExists || !(error instanceof MonoError) || error.code !== "no-such-environment") throw error;
      this.remark(`nothing to destroy: ${error.message}`);
    }
  },
});
