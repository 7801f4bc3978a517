/**
 * What may come next in a command line, for the completion scripts of shells: derived from the commands, so that a new
 * command or flag appears by itself. It is asked at each Tab, in the middle of a person's prompt: it writes nothing but
 * its answer, and no error is worth an interruption there.
 */
import { type Application, type InputCompletion, proposeCompletions } from "@stricli/core";
import type { CommandContext } from "../command-context.ts";
import { commandsOf } from "../usage/commands.ts";
import { type VisibleFlag, visibleFlags } from "../usage/flags.ts";
import { readShellLine, replacement } from "./shell-line.ts";

interface Proposal {
  readonly value: string;
  readonly description: string;
}

/**
 * The answer to a script, which passes `bash`, the line up to the cursor, and the line's last word as bash splits it;
 * or `words`, and the words after `mono`, the last one as far as it is typed.
 */
export async function complete(
  application: Application<CommandContext>,
  [kind, ...args]: readonly string[],
  context: CommandContext,
): Promise<string> {
  try {
    if (kind !== "bash") {
      const proposals = await proposalsFor(application, args, context);
      return proposals.map(({ value, description }) => `${value}\t${description}\n`).join("");
    }
    const [text = "", replaced = ""] = args;
    const line = readShellLine(text);
    // In quotes a tilde does not stand for the home folder.
    if (line.quote !== "" && line.words.at(-1)?.startsWith("~") === true) return "";
    const proposals = await proposalsFor(application, line.words.slice(1), context);
    return proposals.map(({ value }) => withEnd(replacement(value, line, replaced))).join("");
  } catch {
    return "";
  }
}

function withEnd(text: string | undefined): string {
  return text === undefined ? "" : `${text}\n`;
}

async function proposalsFor(
  application: Application<CommandContext>,
  words: readonly string[],
  context: CommandContext,
): Promise<readonly Proposal[]> {
  if (words[0] === "help" && words.length > 1) {
    return words.length > 2 ? [] : await proposalsFor(application, words.slice(1), context);
  }
  const partial = words.at(-1) ?? "";
  const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(partial) ?? [];
  if (flag !== undefined && value !== undefined) {
    const proposals = await proposalsFor(application, [...words.slice(0, -1), flag, value], context);
    return proposals.map((one) => ({ ...one, value: `${flag}=${one.value}` }));
  }
  const all = await proposeCompletions(application, words, { ...context, typed: words });
  const paths = new Map(context.operations.environments.list().map(({ name, path }) => [name, path]));
  return wanted(all, application, words)
    .map(({ kind, completion, brief }) => ({
      value: completion,
      description: kind === "argument:value" ? (paths.get(completion) ?? "") : brief,
    }))
    .filter(({ value: one, description }) => !/\p{Control}/u.test(one + description));
}

/** Keeps flags only where one has been begun, or where nothing else can come; no hidden ones. */
function wanted(
  all: readonly InputCompletion[],
  application: Application<CommandContext>,
  words: readonly string[],
): readonly InputCompletion[] {
  const command = commandsOf(application).find(({ name }) => name === words[0]);
  const flags = command === undefined ? [] : visibleFlags(command.command);
  const others = all.filter(({ kind }) => kind !== "argument:flag");
  const isFlagTyped = words.at(-1)?.startsWith("-") === true;
  if (isValueOf(flags, words.at(-2)) || (!isFlagTyped && others.length > 0)) return others;
  const known = flags.map(({ name }) => `--${name}`);
  // An empty word does not ask for help. Two dashes are of use where a command follows them.
  if (isFlagTyped) known.push("--help", "--version");
  if (command?.name === "exec") known.push("--");
  return all.filter(({ kind, completion }) => kind !== "argument:flag" || known.includes(completion));
}

function isValueOf(flags: readonly VisibleFlag[], before: string | undefined): boolean {
  return flags.some(({ alias, name, placeholder }) => {
    return placeholder !== undefined && (before === `--${name}` || before === `-${alias}`);
  });
}
