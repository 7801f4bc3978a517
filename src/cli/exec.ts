import { buildCommand } from "@stricli/core";
import { noCommandGiven } from "../error/catalogue/command-line.ts";
import { requireReference } from "../operations/reference.ts";
import type { CommandContext } from "./command-context.ts";
import { environmentArgument, everyonesFlags } from "./parameters.ts";
import { withUsage } from "./usage/with-usage.ts";

interface ExecFlags {
  readonly service?: string;
}

const usage = "[--service name] [<path>] -- <command> [<argument>...]";

const command = buildCommand({
  docs: {
    brief: "Run a command with a workspace's variables, or in one of its containers",
    customUsage: [usage],
    fullDescription: [
      "Runs the command in the workspace's folder, with what scripts get: MONO_*, COMPOSE_* and the Docker engine. With",
      "--service it runs in the container of that service. Everything after the first -- is the command. mono exits",
      "with its status: 127 when there is no such command, 126 when it cannot be started, 128 + n when signal n has",
      "ended it.",
      "",
      "EXAMPLES",
      "  mono exec shop-paris -- npm test",
      "  mono exec . --service db -- psql -U postgres",
      "  mono exec . -- sh -c 'curl localhost:$MONO_WEB_PORT'",
    ].join("\n"),
  },
  parameters: {
    positional: environmentArgument,
    flags: {
      service: {
        kind: "parsed",
        brief: "In the container of this service, rather than on this machine",
        parse: String,
        placeholder: "name",
        async proposeCompletions(this: CommandContext) {
          const { proposeServices } = await import("./completion/propose.ts");
          return proposeServices(this);
        },
        optional: true,
      },
      ...everyonesFlags,
    },
    aliases: { s: "service" },
  },
  async func(this: CommandContext, { service }: ExecFlags, path?: string) {
    const { isInteractive, operations } = this;
    const [program, ...args] = this.command;
    if (program === undefined) {
      throw noCommandGiven({});
    }
    const { exec } = await import("../operations/exec.ts");
    const options = { service, command: [program, ...args], isInteractive } as const;
    this.exitWith(await exec(operations, requireReference(operations, path), options));
  },
});

export const execCommand = withUsage(command, usage);
