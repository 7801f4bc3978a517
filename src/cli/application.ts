import {
  type ApplicationText,
  buildApplication,
  buildRouteMap,
  help,
  text_en,
  version as versionFlag,
} from "@stricli/core";
import { exitCodeOf, MonoError } from "../error/mono-error.ts";
import { attachCommand } from "./attach.ts";
import { completionCommand } from "./completion.ts";
import { destroyCommand } from "./destroy.ts";
import { execCommand } from "./exec.ts";
import { initCommand } from "./init.ts";
import { listCommand } from "./list.ts";
import { logsCommand } from "./logs.ts";
import { runCommand } from "./run.ts";
import { commandsOf, type NamedCommand } from "./usage/commands.ts";
import { withFlagTable } from "./usage/flag-table.ts";
import { overview } from "./usage/overview.ts";
import { notACommand, wrongWords } from "./usage/usage-error.ts";
import { varsCommand } from "./vars.ts";

interface ApplicationOptions {
  readonly version: string;
  /** The text of an error: one that a command has thrown, or one in the command line. */
  readonly renderError: (error: unknown) => string;
  /** The command line, without `mono`. */
  readonly inputs: readonly string[];
}

export function createApplication({ version, renderError, inputs }: ApplicationOptions) {
  const routes = buildRouteMap({
    routes: {
      init: withFlagTable(initCommand),
      destroy: withFlagTable(destroyCommand),
      run: withFlagTable(runCommand),
      attach: withFlagTable(attachCommand),
      exec: withFlagTable(execCommand),
      logs: withFlagTable(logsCommand),
      list: withFlagTable(listCommand),
      vars: withFlagTable(varsCommand),
      completion: withFlagTable(completionCommand),
    },
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

/** The argument library's own texts, and mono's errors in the place of its own. */
function textsFor(
  commands: readonly NamedCommand[],
  inputs: readonly string[],
  renderError: (error: unknown) => string,
): ApplicationText {
  const names = commands.map(({ name }) => name);
  const typed = commands.find(({ name }) => name === inputs[0]);
  return {
    ...text_en,
    briefs: { ...text_en.briefs, argumentEscapeSequence: "Take what follows for arguments" },
    exceptionWhileRunningCommand: renderError,
    exceptionWhileParsingArguments: (error) => renderError(wrongWords(error, typed)),
    noCommandRegisteredForInput: ({ input }) => renderError(notACommand(input, names)),
  };
}
