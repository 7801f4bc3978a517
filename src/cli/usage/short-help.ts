import type { Application } from "@stricli/core";
import type { CommandContext } from "../command-context.ts";
import { commandsOf } from "./commands.ts";
import { renderTable } from "../output/table.ts";

/** What mono says when it is called alone: as much as a small terminal shows. */
export function shortHelp(application: Application<CommandContext>): string {
  const rows = commandsOf(application).map(({ name, command }) => [`  ${name}`, command.brief]);
  return [
    "mono gives each workspace an environment of its own: containers, ports, session, data, variables.",
    "",
    "USAGE",
    "  mono <command> [<flags>] [<path>]",
    "",
    "COMMANDS",
    renderTable(rows).trimEnd(),
    "",
    "EXAMPLES",
    "  mono init ~/conductor/workspaces/shop/paris",
    "  mono run --follow shop-paris",
    "",
    "mono <command> --help tells more about one command, mono --help about all of them.",
    "",
  ].join("\n");
}
