import { buildCommand } from "@stricli/core";
import { MonoError } from "../error/mono-error.ts";
import { requireReference } from "../operations/reference.ts";
import type { CommandContext } from "./command-context.ts";
import { type Answers, toJson } from "./output/json.ts";
import { environmentArgument, jsonFlag, narratorsAliases, narratorsFlags } from "./parameters.ts";

interface DestroyFlags {
  readonly force: boolean;
  readonly ifExists: boolean;
  readonly interrupted: boolean;
  readonly json: boolean;
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
      "  mono destroy shop-paris",
      '  mono destroy --if-exists "$CONDUCTOR_WORKSPACE_PATH"',
    ].join("\n"),
  },
  parameters: {
    positional: environmentArgument,
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
      json: jsonFlag,
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
    if (flags.quiet) this.beQuiet();
    const environment = await destroyIfThere(this, flags, path);
    if (flags.json) this.answer(toJson("destroy", { environment }));
  },
});

async function destroyIfThere(
  { operations, remark }: CommandContext,
  { force, ifExists, interrupted }: DestroyFlags,
  path: string | undefined,
): Promise<Answers["destroy"]["environment"]> {
  const { destroy } = await import("../operations/destroy.ts");
  try {
    const reference = requireReference(operations, path, { removes: true });
    const {
      mark: _mark,
      phase: _phase,
      ...environment
    } = await destroy(operations, reference, { force, interrupted });
    remark(`${environment.name} is destroyed`);
    return environment;
  } catch (error) {
    if (!ifExists || !(error instanceof MonoError) || error.code !== "no-such-environment") throw error;
    remark(`nothing to destroy: ${error.message}`);
    return null;
  }
}
