import { buildCommand } from "@stricli/core";
import { requireReference } from "../operations/reference.ts";
import type { CommandContext } from "./command-context.ts";
import { environmentArgument, narratorsAliases, narratorsFlags } from "./parameters.ts";

export const attachCommand = buildCommand({
  docs: {
    brief: "Show a workspace's tmux session in this terminal",
    fullDescription: [
      "Brings containers and session back first, if a reboot ended them; runs no script. Inside tmux it switches to the",
      "session. Leave it as you leave any session: Ctrl-B D, unless you have changed the keys.",
      "",
      "EXAMPLES",
      "  mono attach shop-paris",
      "  cd ~/conductor/workspaces/shop/paris && mono attach .",
    ].join("\n"),
  },
  parameters: { positional: environmentArgument, flags: narratorsFlags, aliases: narratorsAliases },
  async func(this: CommandContext, { quiet }: { readonly quiet: boolean }, path?: string) {
    const { operations } = this;
    if (quiet) this.beQuiet();
    const { attach } = await import("../operations/attach.ts");
    this.exitWith(await attach(operations, requireReference(operations, path), this.isInteractive));
  },
});
