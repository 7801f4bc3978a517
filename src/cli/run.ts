import { buildCommand } from "@stricli/core";
import { noFollowedAnswer } from "../error/catalogue/arguments.ts";
import { requireReference } from "../operations/reference.ts";
import type { RunCommandOptions } from "../operations/run.ts";
import type { CommandContext } from "./command-context.ts";
import { toJson } from "./output/json.ts";
import { createPlainLines } from "../text/plain-lines.ts";
import { createViewersText } from "../text/terminal-text.ts";
import { environmentArgument, jsonFlag, narratorsAliases, narratorsFlags } from "./parameters.ts";

/** Milliseconds that the end of the output may take to be written. */
const lastWordsMs = 1000;

interface RunFlags {
  readonly follow: boolean;
  readonly force: boolean;
  readonly quiet: boolean;
  readonly end?: string;
  readonly json: boolean;
}

export const runCommand = buildCommand({
  docs: {
    brief: "Start the run script in the workspace's tmux session",
    fullDescription: [
      "Brings containers and session back first, if a reboot took them. A run that is still going is ended and started",
      "again; a program that you started in the session yourself is left alone, unless you say --force.",
      "With --follow it prints what the script prints, exits with its status, and ends it when it is interrupted.",
      "",
      "EXAMPLES",
      "  mono run ~/conductor/workspaces/shop/paris",
      "  mono run shop-paris",
      '  mono run --follow "$CONDUCTOR_WORKSPACE_PATH"',
    ].join("\n"),
  },
  parameters: {
    positional: environmentArgument,
    flags: {
      follow: {
        kind: "boolean",
        brief: "Stay, print what the script prints, and end it when interrupted",
        default: false,
        withNegated: false,
      },
      force: {
        kind: "boolean",
        brief: "End a program of yours that is in front in the session",
        default: false,
        withNegated: false,
      },
      json: jsonFlag,
      // How mono calls itself when a signal has ended a --follow (operations/follow.ts).
      end: {
        kind: "parsed",
        brief: "End the run of this token",
        parse: String,
        optional: true,
        hidden: true,
      },
      ...narratorsFlags,
    },
    aliases: { ...narratorsAliases, f: "follow" },
  },
  async func(this: CommandContext, flags: RunFlags, path?: string) {
    const { operations } = this;
    if (flags.quiet) this.beQuiet();
    const workspace = requireReference(operations, path);
    if (flags.end !== undefined) {
      const { endFollowedRun } = await import("../operations/follow.ts");
      const orphaned = Bun.stdin.text().then(() => {});
      await endFollowedRun(operations, workspace, { token: flags.end, orphaned });
      return;
    }
    if (flags.follow && flags.json) throw noFollowedAnswer({});
    const { isShownWhereCalled, run } = await import("../operations/run.ts");
    const options = { force: flags.force, isAtTerminal: this.isAtTerminal };
    if (flags.follow && !(await isShownWhereCalled(operations, workspace))) {
      this.exitWith(await followTo(this, workspace, options));
    } else {
      const environment = await run(operations, workspace, options);
      this.remark(`${environment.name} runs: mono attach ${environment.name}`);
      if (flags.json) {
        const { describe } = await import("../operations/describe.ts");
        this.answer(toJson("run", { environment: describe(operations, environment) }));
      }
    }
  },
});

async function followTo(context: CommandContext, path: string, options: RunCommandOptions): Promise<number> {
  const [{ follow }, { vars }] = await Promise.all([
    import("../operations/follow.ts"),
    import("../operations/vars.ts"),
  ]);
  const shown = context.isTerminal ? createViewersText() : createPlainLines();
  try {
    return await follow(context.operations, path, {
      ...options,
      onStart({ path: stored }) {
        const url = firstUrl(vars(context.operations, stored));
        // Where a button that opens a browser looks for it.
        if (url !== undefined) context.answer(`${url}\n`);
      },
      onOutput: (bytes) => context.answerSoon(shown.push(bytes)),
    });
  } finally {
    // After a signal nobody may be reading.
    await Promise.race([context.answerSoon(shown.end()), Bun.sleep(lastWordsMs)]);
  }
}

/** The address of the first service that speaks HTTP. */
function firstUrl(variables: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(variables).find(([name]) => /^MONO_.+_URL$/.test(name))?.[1];
}
