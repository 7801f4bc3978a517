/** What a command's flags are called, for errors, completion and the manual page. */
import type { Command } from "@stricli/core";
import type { CommandContext } from "../command-context.ts";

export interface VisibleFlag {
  /** As it is typed after two dashes. */
  readonly name: string;
  /** The letter after one dash. */
  readonly alias: string | undefined;
  readonly brief: string;
  /** What stands for its value in the usage; undefined for a flag that is there or not. */
  readonly placeholder: string | undefined;
}

/** The flags of a command but the hidden ones, with which mono calls itself. */
export function visibleFlags({ parameters }: Command<CommandContext>): readonly VisibleFlag[] {
  const aliases = Object.entries(parameters.aliases ?? {});
  return Object.entries(parameters.flags ?? {}).flatMap(([internal, flag]) => {
    if ("hidden" in flag && flag.hidden) return [];
    const alias = aliases.find(([, name]) => name === internal)?.[0];
    const placeholder = flag.kind === "boolean" ? undefined : placeholderOf(flag);
    return [{ name: kebabCase(internal), alias, brief: flag.brief, placeholder }];
  });
}

function placeholderOf(flag: object): string {
  return "placeholder" in flag && typeof flag.placeholder === "string" ? flag.placeholder : "value";
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
