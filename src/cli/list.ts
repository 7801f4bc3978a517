import { buildCommand } from "@stricli/core";
import type { CommandContext } from "./command-context.ts";
import { toJson } from "./output/json.ts";
import { shortPath } from "./output/short-path.ts";
import { renderTable } from "./output/table.ts";
import { everyonesFlags, jsonFlag } from "./parameters.ts";

interface ListFlags {
  readonly json: boolean;
}

export const listCommand = buildCommand({
  docs: {
    brief: "List all environments and whether they run",
    fullDescription: [
      "Shows the name, the path and the status of each: running, stopped, partial, paused, initializing, destroying,",
      "interrupted, failed, missing folder, replaced folder, tmux unreachable or engine unreachable. Asks tmux and Docker,",
      "and changes nothing.",
      "",
      "EXAMPLES",
      "  mono list",
      "  mono list --json | jq -r '.environments[].name'",
    ].join("\n"),
  },
  parameters: {
    flags: { json: jsonFlag, ...everyonesFlags },
  },
  async func(this: CommandContext, { json }: ListFlags) {
    const { list, listWithShared } = await import("../operations/list.ts");
    if (json) {
      const { findUnowned } = await import("../operations/unowned.ts");
      const [environments, unowned] = await Promise.all([
        listWithShared(this.operations),
        findUnowned(this.operations),
      ]);
      this.answer(toJson("list", { environments, unowned }));
      return;
    }
    const environments = await list(this.operations);
    const rows = environments.map(({ name, path, status }) => [
      name,
      shortPath(path, this.homeFolder),
      status,
    ]);
    this.answer(renderTable([["NAME", "PATH", "STATUS"], ...rows]));
  },
});
