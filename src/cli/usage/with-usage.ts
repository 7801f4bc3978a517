import type { Command } from "@stricli/core";
import type { CommandContext } from "../command-context.ts";

/** The command with its custom usage in the help of all commands too, where the library leaves it out. */
export function withUsage(command: Command<CommandContext>, usage: string): Command<CommandContext> {
  return { ...command, formatUsageLine: ({ prefix }) => `${prefix.join(" ")} ${usage}` };
}
