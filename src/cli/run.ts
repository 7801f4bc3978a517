import { buildCommand } from "@stricli/core";
import type { Environment } from "../environment/environment.ts";
import {
  allTakesNone,
  flagNeedsFlag,
  flagsClash,
  noFollowedAnswer,
  nothingToFollow,
} from "../error/catalogue/arguments.ts";
import { severalNotStopped } from "../error/catalogue/workspace.ts";
import { requireReference } from "../operations/reference.ts";
import type { RunCommandOptions } from "../operations/run.ts";
import type { CommandContext } from "./command-context.ts";
import { toJson } from "./output/json.ts";
import { parseDuration } from "../text/duration.ts";
import { createPlainLines } from "../text/plain-lines.ts";
import { createViewersText } from "../text/terminal-text.ts";
import { environmentArgument, jsonFlag, narratorsAliases, narratorsFlags } from "./parameters.ts";

/** Milliseconds that the end of the output may take to be written. */
const lastWordsMs = 1000;

/** How many lines of each container come first where there are only containers to follow. */
const linesBefore = 10;

interface RunFlags {
  readonly all: boolean;
  readonly idle?: number;
  readonly noScript: boolean;
  readonly stop: boolean;
  readonly follow: boolean;
  readonly force: boolean;
  readonly quiet: boolean;
  readonly end?: string;
  readonly json: boolean;
}

export const runCommand = buildCommand({
  docs: {
    brief: "Start the run script in the workspace's tmux session, or stop what is running",
    fullDescription: [
      "Brings containers and session back first, if a reboot ended them. A run that is still going is ended and started",
      "again; a program that you started in the session yourself is left alone, unless you say --force.",
      "With --follow it prints what the script prints, exits with its status, and ends the script when mono is",
      "interrupted; where there are only containers, it prints their logs.",
      "--stop ends the run and stops the containers: data, ports, session and registration stay, and mono run or mono",
      "attach wakes the environment. With --idle it only does so where, for that long, there was no run, nobody was",
      "attached, nothing was printed in the session, and there was no connection to the ports.",
      "",
      "EXAMPLES",
      "  mono run ~/conductor/workspaces/shop/paris",
      "  mono run shop-paris",
      '  mono run --follow "$CONDUCTOR_WORKSPACE_PATH"',
      "  mono run --no-script .",
      "  mono run --stop --all --idle 2h",
    ].join("\n"),
  },
  parameters: {
    positional: environmentArgument,
    flags: {
      all: {
        kind: "boolean",
        brief: "With --stop: every environment",
        default: false,
        withNegated: false,
      },
      follow: {
        kind: "boolean",
        brief: "Stay, print what the script prints, and end it when interrupted",
        default: false,
        withNegated: false,
      },
      force: {
        kind: "boolean",
        brief: "End a program of yours that runs in the session's foreground",
        default: false,
        withNegated: false,
      },
      idle: {
        kind: "parsed",
        brief: "With --stop: only environments that have been unused for this long: 30m, 2h, 1d",
        parse: parseIdle,
        placeholder: "duration",
        optional: true,
      },
      json: jsonFlag,
      noScript: {
        kind: "boolean",
        brief: "Bring containers and session up to date, and leave the run alone",
        default: false,
        withNegated: false,
      },
      stop: {
        kind: "boolean",
        brief: "End the run, and stop the containers",
        default: false,
        withNegated: false,
      },
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
    requireFittingFlags(flags);
    if (flags.all) {
      if (path !== undefined) throw allTakesNone({});
      await stopAll(this, flags);
      return;
    }
    const workspace = requireReference(operations, path);
    if (flags.end !== undefined) {
      const { endFollowedRun } = await import("../operations/follow.ts");
      const orphaned = Bun.stdin.text().then(() => {});
      await endFollowedRun(operations, workspace, { token: flags.end, orphaned });
      return;
    }
    if (flags.stop) {
      const { stop, toldOf } = await import("../operations/stop.ts");
      const stopped = await stop(operations, workspace, { idleMs: flags.idle });
      this.remark(toldOf(stopped));
      await answer(this, flags, stopped.environment);
      return;
    }
    const { isShownWhereCalled, run } = await import("../operations/run.ts");
    const options = { force: flags.force, isAtTerminal: this.isAtTerminal, withoutScript: flags.noScript };
    if (flags.follow && !(await isShownWhereCalled(operations, workspace))) {
      this.exitWith((await followTo(this, workspace, options)) ?? (await followContainers(this, workspace)));
      return;
    }
    const { environment, isRun } = await run(operations, workspace, options);
    const { name } = environment;
    this.remark(`${name} ${isRun ? "runs" : "is up"}: mono attach ${name}`);
    await answer(this, flags, environment);
    if (flags.follow && !isRun) this.exitWith(await followContainers(this, workspace));
  },
});

/** Throws when one flag says something else to do than another one, or nothing without it. */
function requireFittingFlags({ all, follow, force, idle, json, noScript, stop }: RunFlags): void {
  const help = "mono run --help";
  if (follow && json) throw noFollowedAnswer({});
  for (const [flag, isGiven] of [
    ["--all", all],
    ["--idle", idle !== undefined],
  ] as const) {
    if (isGiven && !stop) throw flagNeedsFlag({ flag, other: "--stop", help });
  }
  for (const [other, isGiven] of [
    ["--follow", follow],
    ["--force", force],
    ["--no-script", noScript],
  ] as const) {
    if (isGiven && stop) throw flagsClash({ one: "--stop", other, help });
  }
  if (all && json) throw flagsClash({ one: "--all", other: "--json", help });
  if (idle !== undefined && json) throw flagsClash({ one: "--idle", other: "--json", help });
  if (noScript && force) throw flagsClash({ one: "--no-script", other: "--force", help });
}

function parseIdle(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new Error("it takes a number and s, m, h or d: 30m, 2h, 1d");
  return milliseconds;
}

async function answer(
  { answer: print, operations }: CommandContext,
  { json }: RunFlags,
  environment: Environment,
): Promise<void> {
  if (!json) return;
  const { describe } = await import("../operations/describe.ts");
  print(toJson("run", { environment: describe(operations, environment) }));
}

async function stopAll({ operations, remark }: CommandContext, { idle }: RunFlags): Promise<void> {
  const [{ stopAll: stopEach }, { errorOfSeveral }] = await Promise.all([
    import("../operations/stop.ts"),
    import("../operations/several.ts"),
  ]);
  const ended = await stopEach(operations, { idleMs: idle });
  const error = errorOfSeveral(ended, (counts, evidence) => severalNotStopped(counts, evidence));
  if (error !== undefined) throw error;
  if (ended.length === 0) remark("there is nothing to stop");
}

/** Prints what containers print from now on, and their last lines. Returns the exit status. */
async function followContainers(context: CommandContext, path: string): Promise<number> {
  const [{ logs }, { servicesOf }, { requireEnvironment }, { createLogLines }] = await Promise.all([
    import("../operations/logs.ts"),
    import("../operations/service.ts"),
    import("../operations/workspace.ts"),
    import("./output/log-lines.ts"),
  ]);
  const environment = requireEnvironment(context.operations, path);
  if (environment.dockerProject === null) throw nothingToFollow({ environment: environment.name });
  const lines = createLogLines(context);
  return await logs(context.operations, path, {
    names: servicesOf(context.operations, environment),
    follow: true,
    tail: linesBefore,
    onSources: (sources) => lines.announce(sources),
    onLines: (source, text) => lines.print(source, text),
  });
}

async function followTo(
  context: CommandContext,
  path: string,
  options: RunCommandOptions,
): Promise<number | undefined> {
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
