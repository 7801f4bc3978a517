/** The commands as the application has them: everything that lists commands or flags is derived from here. */
import type { Application, Command, RouteMap } from "@stricli/core";
import type { CommandContext } from "../command-context.ts";

/** A command, with the name by which it is called. */
export interface NamedCommand {
  readonly name: string;
  readonly command: Command<CommandContext>;
}

/** All commands but the hidden ones, in the order of the help. */
export function commandsOf({ root }: Pick<Application<CommandContext>, "root">): readonly NamedCommand[] {
  if (!isRouteMap(root)) return [];
  return root.getAllEntries().flatMap(({ hidden, name, target }) => {
    return hidden || isRouteMap(target) ? [] : [{ name: name["convert-camel-to-kebab"], command: target }];
  });
}

function isRouteMap(
  target: Command<CommandContext> | RouteMap<CommandContext>,
): target is RouteMap<CommandContext> {
  return "getAllEntries" in target;
}
