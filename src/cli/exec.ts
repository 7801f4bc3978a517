import { buildCommand } from "@stricli/core";
import { noCommandGiven } from "../error/catalogue/command-line.ts";
import { requirePath } from "../operations/workspace.ts";
import { type CommandContext, everyonesFlags, workspaceArgument } from "./command-context.ts";

interface ExecFlags {
  readonly service?: string;
}

export const execCommand = buildCommand({
  docs: {
    brief: "Run a command with a workspace's variables, or in one of its containers",
    customUsage: ["[--service name] [<path>] -- <command> [<argument>...]"],
    fullDescription: [
      "Runs it in the workspace's folder, with what its scripts get: MONO_*, COMPOSE_* and the Docker engine. With",
      "--service it runs in the container of that service. Everything behind the first -- is the command. mono exits",
      "with its status: 127 when there is no such command, 126 when it cannot be started, 128 + n when signal n has",
      "ended it.",
      "",
      "EXAMPLES",
      "  mono exec ~/conductor/workspaces/shop/paris -- npm test",
      "  mono exec . --service db -- psql -U postgres",
      "  mono exec . -- sh -c 'curl localhost:$MONO_WEB_PORT'",
    ].join("\n"),
  },
  parameters: {
    positional: workspaceArgument,
    flags: {
      service: {
        kind: "parsed",
        brief: "In the container of this service, rather than on this machine",
        parse: String,
        placeholder: "name",
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
    const command = [program, ...args] as const;
    this.exitWith(await exec(operations, requirePath(operations, path), { service, command, isInteractive }));
  },
});
