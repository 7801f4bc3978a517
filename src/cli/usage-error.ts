/** What is wrong with a command line, in our words: what was typed, and how it is typed. */
import {
  AliasNotFoundError,
  ArgumentParseError,
  EnumValidationError,
  FlagNotFoundError,
  UnexpectedFlagError,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from "@stricli/core";
import { MonoError, reasonOf } from "../error/mono-error.ts";
import { nearest } from "../error/nearest.ts";
import { shown } from "../error/shown.ts";
import type { NamedCommand } from "./commands.ts";
import { visibleFlags } from "./flags.ts";

/** The first word is none of the commands. */
export function unknownCommand(word: string, commands: readonly string[]): MonoError {
  if (word.startsWith("-")) {
    return usageError(`unknown flag ${shown(word)}`, "the flags of a command stand behind it: mono --help");
  }
  const meant = nearest(word, commands);
  const all = "mono --help shows all commands";
  return usageError(
    `unknown command ${shown(word)}`,
    meant === undefined ? all : `did you mean mono ${meant}? ${all}`,
  );
}

/** What the argument library has found wrong with the words behind the command. */
export function wrongArguments(error: unknown, typed: NamedCommand | undefined): MonoError {
  const help = `mono ${typed === undefined ? "" : `${typed.name} `}--help shows how it is called`;
  if (error instanceof FlagNotFoundError) return unknownFlag(`--${error.input}`, typed, help);
  if (error instanceof AliasNotFoundError) return unknownFlag(`-${error.input}`, typed, help);
  if (error instanceof UnexpectedPositionalError) return tooManyArguments(error, typed, help);
  if (error instanceof ArgumentParseError) return wrongValue(error, typed, help);
  if (error instanceof EnumValidationError) {
    const message = `--${error.externalFlagName} does not take ${quoted(error.input)}`;
    return usageError(message, `it takes one of: ${error.values.join(", ")}`);
  }
  if (error instanceof UnexpectedFlagError)
    return usageError(`--${error.externalFlagName} is given twice`, help);
  if (error instanceof UnsatisfiedFlagError)
    return usageError(`--${error.externalFlagName} needs a value`, help);
  if (error instanceof UnsatisfiedPositionalError)
    return usageError(`the argument <${error.placeholder}> is missing`, help);
  return usageError(reasonOf(error), help);
}

function unknownFlag(flag: string, typed: NamedCommand | undefined, help: string): MonoError {
  const names = typed === undefined ? [] : visibleFlags(typed.command).map(({ name }) => name);
  const meant = flag.startsWith("--") ? nearest(flag.slice(2), names) : undefined;
  return usageError(
    `unknown flag ${shown(flag)}`,
    meant === undefined ? help : `did you mean --${meant}? ${help}`,
  );
}

function tooManyArguments(
  { expectedCount, input }: UnexpectedPositionalError,
  typed: NamedCommand | undefined,
  help: string,
): MonoError {
  const name = typed === undefined ? "mono" : `mono ${typed.name}`;
  if (expectedCount === 0) return usageError(`${name} takes no argument, but got ${quoted(input)}`, help);
  const few = expectedCount === 1 ? "one argument" : `${expectedCount} arguments`;
  const hint =
    typed?.name === "exec"
      ? "the command stands behind two dashes: mono exec <path> -- <command>"
      : `quote a path that has spaces; ${help}`;
  return usageError(`${name} takes ${few}, but got another one: ${quoted(input)}`, hint);
}

function wrongValue(
  { externalFlagNameOrPlaceholder: name, input, exception }: ArgumentParseError,
  typed: NamedCommand | undefined,
  help: string,
): MonoError {
  const flag = typed === undefined ? undefined : visibleFlags(typed.command).find((one) => one.name === name);
  if (flag === undefined) return usageError(`<${name}> is wrong: ${shown(reasonOf(exception))}`, help);
  if (flag.placeholder === undefined)
    return usageError(`--${name} takes no value, but got ${quoted(input)}`, help);
  return usageError(`--${name} does not take ${quoted(input)}: ${shown(reasonOf(exception))}`, help);
}

function quoted(word: string): string {
  return `"${shown(word)}"`;
}

function usageError(message: string, hint: string): MonoError {
  return new MonoError(message, { code: "usage", hint });
}
