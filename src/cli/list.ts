import { buildCommand } from "@stricli/core";
import type { Usage } from "../docker/stats.ts";
import type { Environment } from "../environment/environment.ts";
import type { CommandContext } from "./command-context.ts";
import { statusText, usageCells } from "./output/status-text.ts";
import { toJson } from "./output/json.ts";
import { shortPath } from "./output/short-path.ts";
import { createStyle } from "./output/style.ts";
import { renderTable } from "./output/table.ts";
import { environmentArgument, everyonesFlags, jsonFlag } from "./parameters.ts";

interface ListFlags {
  readonly json: boolean;
  readonly stats: boolean;
}

export const listCommand = buildCommand({
  docs: {
    brief: "List all environments and their status, or show one in full",
    fullDescription: [
      "Shows the name, the path and the status of each: running, stopped, asleep, partial, paused, initializing,",
      "destroying, interrupted, failed, missing folder, replaced folder, tmux unreachable or engine unreachable. For one",
      "that is named it shows everything: services with their states and addresses, session, run, data, what it shares.",
      "Asks tmux and Docker, and changes nothing.",
      "",
      "EXAMPLES",
      "  mono list",
      "  mono list shop-paris",
      "  mono list --stats",
      "  mono list --json | jq -r '.environments[].name'",
    ].join("\n"),
  },
  parameters: {
    positional: environmentArgument,
    flags: {
      json: jsonFlag,
      stats: {
        kind: "boolean",
        brief: "Also show the memory and the processor time that the containers use",
        default: false,
        withNegated: false,
      },
      ...everyonesFlags,
    },
  },
  async func(this: CommandContext, { json, stats }: ListFlags, path?: string) {
    const given = path === undefined ? undefined : [await findNamed(this, path)];
    if (json) await answerInFull(this, given, stats);
    else if (given !== undefined) await showOne(this, given, stats);
    else await showAll(this, stats);
  },
});

async function findNamed({ operations }: CommandContext, path: string): Promise<Environment> {
  const [{ requireReference }, { requireEnvironment }] = await Promise.all([
    import("../operations/reference.ts"),
    import("../operations/workspace.ts"),
  ]);
  return requireEnvironment(operations, requireReference(operations, path));
}

type Given = readonly Environment[] | undefined;

async function answerInFull(context: CommandContext, given: Given, stats: boolean): Promise<void> {
  const [{ listInFull }, { findUnowned }] = await Promise.all([
    import("../operations/list-in-full.ts"),
    import("../operations/unowned.ts"),
  ]);
  const { operations } = context;
  const [environments, usages, unowned] = await Promise.all([
    listInFull(operations, given),
    usagesOf(context, given, stats),
    findUnowned(operations, { onCallers: false }),
  ]);
  const answered = environments.map((one) => ({ ...one, usage: usages.get(one.id) ?? null }));
  context.answer(toJson("list", { environments: answered, unowned }));
}

async function showOne(context: CommandContext, given: Given, stats: boolean): Promise<void> {
  const [{ listInFull }, { renderEnvironment }] = await Promise.all([
    import("../operations/list-in-full.ts"),
    import("./output/environment-page.ts"),
  ]);
  const { homeFolder, operations } = context;
  const [environments, usages] = await Promise.all([
    listInFull(operations, given),
    usagesOf(context, given, stats),
  ]);
  const style = createStyle(() => context.isColoured);
  for (const one of environments) {
    const usage = usages.get(one.id);
    context.answer(renderEnvironment(one, { style, homeFolder, now: Date.now(), usage }));
  }
}

async function showAll(context: CommandContext, stats: boolean): Promise<void> {
  const { list } = await import("../operations/list.ts");
  const [environments, usages] = await Promise.all([
    list(context.operations),
    usagesOf(context, undefined, stats),
  ]);
  const style = createStyle(() => context.isColoured);
  const rows = environments.map(({ id, name, path, status }) => [
    name,
    shortPath(path, context.homeFolder),
    statusText(status, style),
    ...(stats ? usageCells(usages.get(id)) : []),
  ]);
  const head = ["NAME", "PATH", "STATUS", ...(stats ? ["MEMORY", "CPU TIME"] : [])];
  context.answer(renderTable([head, ...rows]));
}

async function usagesOf(
  { operations }: CommandContext,
  given: Given,
  stats: boolean,
): Promise<ReadonlyMap<number, Usage>> {
  if (!stats) return new Map();
  const { findUsages } = await import("../operations/usages.ts");
  return await findUsages(operations, given);
}
