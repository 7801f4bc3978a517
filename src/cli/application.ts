import { buildApplication, buildRouteMap, help, text_en, version as versionFlag } from "@stricli/core";
import { exitCodeOf, MonoError } from "../error/mono-error.ts";
import { attachCommand } from "./attach.ts";
import { destroyCommand } from "./destroy.ts";
import { execCommand } from "./exec.ts";
import { initCommand } from "./init.ts";
import { listCommand } from "./list.ts";
import { logsCommand } from "./logs.ts";
import { runCommand } from "./run.ts";
import { varsCommand } from "./vars.ts";

interface ApplicationOptions {
  readonly version: string;
  /** The text of an error that a command has thrown. */
  readonly renderError: (error: unknown) => string;
}

export function createApplication({ version, renderError }: ApplicationOptions) {
  const routes = buildRouteMap({
    routes: {
      init: initCommand,
      destroy: destroyCommand,
      run: runCommand,
      attach: attachCommand,
      exec: execCommand,
      logs: logsCommand,
      list: listCommand,
      vars: varsCommand,
    },
    docs: {
      brief: "An environment of its own for every workspace: containers, ports, session, data, variables",
    },
  });
  const configuration = {
    name: "mono",
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true },
    determineExitCode: (error: unknown) => (error instanceof MonoError ? exitCodeOf(error) : 1),
    localization: {
      text: { ...text_en, exceptionWhileRunningCommand: renderError },
    },
  } as const;
  return buildApplication(routes, configuration, {
    help: help({
      alias: "h",
      brief: "Print this help",
      formatting: {
        caseStyle: "convert-camel-to-kebab",
        useAliasInUsageLine: false,
        onlyRequiredInUsageLine: false,
      },
    }),
    version: versionFlag({ alias: "v", brief: "Print the version", info: { currentVersion: version } }),
  });
}
