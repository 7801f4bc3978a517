import {
  type ApplicationText,
  buildApplication,
  buildRouteMap,
  type Command,
  help,
  text_en,
  version as versionFlag,
} from "@stricli/core";
import { exitCodeOf, MonoError } from "../error/mono-error.ts";
import type { CommandContext } from "./command-context.ts";
import { commandsOf, type NamedCommand } from "./usage/commands.ts";
import { withFlagTable } from "./usage/flag-table.ts";
import { overview } from "./usage/overview.ts";
import { notACommand, wrongWords } from "./usage/usage-error.ts";

type LoadCommand = () => Promise<Command<CommandContext>>;

/** All commands, in the order of the help. Each is loaded when needed: loading all is a fifth of `mono list`'s time. */
const commands: ReadonlyMap<string, LoadCommand> = new Map<string, LoadCommand>([
  ["init", async () => (await import("./init.ts")).initCommand],
  ["destroy", async () => (await import("./destroy.ts")).destroyCommand],
  ["run", async () => (await import("./run.ts")).runCommand],
  ["attach", async () => (await import("./attach.ts")).attachCommand],
  ["exec", async () => (await import("./exec.ts")).execCommand],
  ["logs", async () => (await import("./logs.ts")).logsCommand],
  ["list", async () => (await import("./list.ts")).listCommand],
  ["vars", async () => (await import("./vars.ts")).varsCommand],
  ["completion", async () => (await import("./completion.ts")).completionCommand],
]);

interface ApplicationOptions {
  readonly version: string;
  /** The text of an error: one that a command has thrown, or one in the command line. */
  readonly renderError: (error: unknown) => string;
  /** The command line, without `mono`. */
  readonly inputs: readonly string[];
}

/** The application with the command that `inputs` name, or with all commands when they name none. */
export async function createApplication({ version, renderError, inputs }: ApplicationOptions) {
  const isTyped = commands.has(inputs[0] ?? "");
  const needed = [...commands].filter(([name]) => !isTyped || name === inputs[0]);
  const load = async ([name, command]: [string, LoadCommand]) =>
    [name, withFlagTable(await command())] as const;
  const routes = buildRouteMap({
    routes: Object.fromEntries(await Promise.all(needed.map(load))),
    docs: {
      brief: "An environment of its own for every workspace: containers, ports, session, data, variables",
      fullDescription: overview,
    },
  });
  const configuration = {
    name: "mono",
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true },
    determineExitCode: (error: unknown) => (error instanceof MonoError ? exitCodeOf(error) : 1),
    localization: { text: textsFor(commandsOf({ root: routes }), inputs, renderError) },
  } as const;
  return buildApplication(routes, configuration, {
    help: help({
      alias: "h",
      brief: "Print this help",
      complete: true,
      formatting: {
        caseStyle: "convert-camel-to-kebab",
        useAliasInUsageLine: false,
        onlyRequiredInUsageLine: false,
      },
    }),
    version: versionFlag({
      alias: "v",
      brief: "Print the version",
      complete: true,
      info: { currentVersion: version },
    }),
  });
}

/** The argument library's own texts, but with mono's errors in place of the library's. */
function textsFor(
  loaded: readonly NamedCommand[],
  inputs: readonly string[],
  renderError: (error: unknown) => string,
): ApplicationText {
  const typed = loaded.find(({ name }) => name === inputs[0]);
  return {
    ...text_en,
    briefs: { ...text_en.briefs, argumentEscapeSequence: "Treat everything after this as arguments" },
    exceptionWhileRunningCommand: renderError,
    exceptionWhileParsingArguments: (error) => renderError(wrongWords(error, typed)),
    noCommandRegisteredForInput: ({ input }) => renderError(notACommand(input, [...commands.keys()])),
  };
}
