import { buildCommand } from "@stricli/core";
import { requireReference } from "../operations/reference.ts";
import type { CommandContext } from "./command-context.ts";
import { createLogLines } from "./output/log-lines.ts";
import { everyonesFlags, parseWord } from "./parameters.ts";
import { withUsage } from "./usage/with-usage.ts";

interface LogsFlags {
  readonly follow: boolean;
  readonly tail?: number;
}

const usage = "[--follow] [--tail n] [<path> [<service>...]]";

const command = buildCommand({
  docs: {
    brief: "Print what a workspace's containers and its run script have printed",
    customUsage: [usage],
    fullDescription: [
      "Each line begins with where it comes from: web-1 is the first container of the service web, run is the run script.",
      "Without services it prints everything: container by container in the order of their names, and then the",
      "output of the last run. With services it prints only theirs; `run` stands for the run script, unless a service",
      "has that name.",
      "With --follow it keeps printing, even when containers or the run start again, until the environment is destroyed.",
      "",
      "EXAMPLES",
      "  mono logs shop-paris",
      "  mono logs --follow --tail 20 .",
      "  mono logs . web run",
    ].join("\n"),
  },
  parameters: {
    positional: {
      kind: "array",
      parameter: {
        brief: "Folder of the workspace or name of its environment, as everywhere, then services",
        parse(this: CommandContext, text: string) {
          return parseWord(this, text);
        },
        placeholder: "path and services",
        async proposeCompletions(this: CommandContext, partial: string) {
          const { proposeSources } = await import("./completion/propose.ts");
          return proposeSources(this, partial);
        },
        optional: true,
      },
    },
    flags: {
      follow: {
        kind: "boolean",
        brief: "Keep printing new output",
        default: false,
        withNegated: false,
      },
      tail: {
        kind: "parsed",
        brief: "Begin with the last n lines of each container and of the run; n may be all",
        parse: parseTail,
        placeholder: "n",
        optional: true,
      },
      ...everyonesFlags,
    },
    aliases: { f: "follow", n: "tail" },
  },
  async func(this: CommandContext, { follow, tail }: LogsFlags, path?: string, ...names: string[]) {
    const { operations } = this;
    const { logs } = await import("../operations/logs.ts");
    const lines = createLogLines(this);
    const isAll = tail === undefined || tail === Infinity;
    const status = await logs(operations, requireReference(operations, path), {
      names,
      follow,
      tail: isAll ? undefined : tail,
      onSources: (sources) => lines.announce(sources),
      onLines: (source, text) => lines.print(source, text),
    });
    this.exitWith(status);
  },
});

export const logsCommand = withUsage(command, usage);

/** As docker takes it. */
function parseTail(text: string): number {
  if (text === "all") return Infinity;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error("it takes a number of lines, or all");
}
