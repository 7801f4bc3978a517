import type { Command } from "@stricli/core";
import type { CommandContext } from "../command-context.ts";
import { renderTable } from "../output/table.ts";
import { visibleFlags } from "./flags.ts";

/** The command with its flags as other tools show them: `--tail n`, where the library says `[--tail]` and a default. */
export function withFlagTable(command: Command<CommandContext>): Command<CommandContext> {
  return {
    ...command,
    formatHelp: (args) =>
      command.formatHelp(args).replace(/(?<=^FLAGS\n)(?: .*\n)+/m, () => flagTable(command)),
  };
}

function flagTable(command: Command<CommandContext>): string {
  const rows = visibleFlags(command).map(({ alias, name, placeholder, brief }) => [
    alias === undefined ? "" : `-${alias}`,
    placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`,
    brief,
  ]);
  const everywhere = [
    ["-h", "--help", "Print this help"],
    ["", "--", "Treat everything after this as arguments"],
  ];
  return renderTable([...rows, ...everywhere].map(([alias = "", ...rest]) => [`  ${alias}`, ...rest]));
}
