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
import {
  argumentMissing,
  flagBeforeCommand,
  flagNeedsValue,
  flagTakesNoValue,
  flagTwice,
  tooManyArguments,
  unknownCommand,
  unknownFlag,
  wrongArgument,
  wrongCommandLine,
  wrongFlagValue,
} from "../../error/catalogue/arguments.ts";
import { type MonoError, reasonOf } from "../../error/mono-error.ts";
import { nearest } from "../../text/nearest.ts";
import { shown } from "../../text/shown.ts";
import type { NamedCommand } from "./commands.ts";
import { DashedWordError } from "./dashed-word.ts";
import { visibleFlags } from "./flags.ts";

/** What other tools call what mono does. */
const otherWords: Readonly<Record<string, string>> = {
  ls: "list",
  ps: "list",
  status: "list",
  up: "init",
  create: "init",
  start: "run",
  restart: "run",
  down: "destroy",
  rm: "destroy",
  remove: "destroy",
  delete: "destroy",
  env: "vars",
  sh: "attach",
  ssh: "attach",
  shell: "attach",
};

/** The first word is not a command. */
export function notACommand(word: string, commands: readonly string[]): MonoError {
  if (word.startsWith("-")) return flagBeforeCommand({ flag: shown(word) });
  const meant = Object.hasOwn(otherWords, word) ? otherWords[word] : nearest(word, commands);
  return unknownCommand({ word: shown(word), meant });
}

/** What the argument library has found wrong with the words after the command. */
export function wrongWords(error: unknown, typed: NamedCommand | undefined): MonoError {
  const command = typed === undefined ? "mono" : `mono ${typed.name}`;
  const help = `${command} --help`;
  if (error instanceof FlagNotFoundError) return notAFlag(`--${error.input}`, typed, help);
  if (error instanceof AliasNotFoundError) return notAFlag(`-${error.input}`, typed, help);
  if (error instanceof UnexpectedPositionalError) {
    return tooManyArguments({ command, help, count: error.expectedCount, argument: shown(error.input) });
  }
  if (error instanceof ArgumentParseError) return wrongValue(error, typed, help);
  if (error instanceof EnumValidationError) {
    const [flag, value] = [`--${error.externalFlagName}`, shown(error.input)];
    return wrongFlagValue({ flag, value, help, reason: `it takes one of ${error.values.join(", ")}` });
  }
  if (error instanceof UnexpectedFlagError) return flagTwice({ flag: `--${error.externalFlagName}`, help });
  if (error instanceof UnsatisfiedFlagError) {
    return flagNeedsValue({ flag: `--${error.externalFlagName}`, help });
  }
  if (error instanceof UnsatisfiedPositionalError) {
    return argumentMissing({ argument: error.placeholder, help });
  }
  return wrongCommandLine({ reason: shown(reasonOf(error)), help });
}

function notAFlag(flag: string, typed: NamedCommand | undefined, help: string): MonoError {
  const names = typed === undefined ? [] : visibleFlags(typed.command).map(({ name }) => name);
  const meant = flag.startsWith("--") ? nearest(flag.slice(2), names) : undefined;
  return unknownFlag({ flag: shown(flag), help, meant: meant === undefined ? undefined : `--${meant}` });
}

function wrongValue(
  { externalFlagNameOrPlaceholder: name, input, exception }: ArgumentParseError,
  typed: NamedCommand | undefined,
  help: string,
): MonoError {
  if (exception instanceof DashedWordError) return notAFlag(input, typed, help);
  const flags = typed === undefined ? [] : visibleFlags(typed.command);
  const flag = flags.find((one) => one.name === name);
  const [value, reason] = [shown(input), shown(reasonOf(exception))];
  if (flag === undefined) return wrongArgument({ argument: name, reason, help });
  if (flag.placeholder === undefined) return flagTakesNoValue({ flag: `--${name}`, value, help });
  return wrongFlagValue({ flag: `--${name}`, value, reason, help });
}
