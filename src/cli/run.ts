import { buildCommand } from "@stricli/core";
import { run } from "../operations/run.ts";
import { requirePath } from "../operations/workspace.ts";
import { type CommandContext, type NoFlags, workspaceArgument } from "./command-context.ts";

export const runCommand = buildCommand({
  docs: {
    brief: "Start the run script in the workspace's tmux session",
    fullDescription: [
      "Brings containers and session back first, if a reboot took them. A run that is still going is ended and started",
      "again; a program that you started in the session yourself is left alone.",
      "",
      "EXAMPLES",
      "  mono run ~/conductor/workspaces/shop/paris",
    ].join("\n"),
  },
  parameters: { positional: workspaceArgument, flags: {} },
  async func(this: CommandContext, _flags: NoFlags, path?: string) {
    const { operations } = this;
    const environment = await run(operations, requirePath(operations, path));
    this.remark(`${environment.name} runs: tmux attach -t mono-${environment.name}`);
  },
});
