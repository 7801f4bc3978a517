/** The composition root: reads the command line and the environment, and ends with an exit code. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "@stricli/core";
import { createApplication } from "./cli/application.ts";
import type { CommandContext } from "./cli/command-context.ts";
import { asksForJson, errorAnswer, toJson } from "./cli/output/json.ts";
import { renderError } from "./cli/output/render-error.ts";
import { shortPath } from "./cli/output/short-path.ts";
import { type AllStreams, createStreams } from "./cli/output/streams.ts";
import { completionWord, splitCommand } from "./cli/usage/split-command.ts";
import { homeFolderOf, homePaths } from "./environment/paths.ts";
import { MonoError } from "./error/mono-error.ts";
import { createLog } from "./log/log.ts";
import type { Context } from "./operations/context.ts";
import type { Environ } from "./process/child.ts";
import type { Interruption } from "./process/interruption.ts";
import { listenToSignals } from "./process/signals.ts";
import { renderTimings, spanFrom } from "./process/timings.ts";
import { createEnvironments } from "./state/environments.ts";
import { version } from "./version.ts";

/** Does what the command line says, and returns the exit code. */
export async function main(): Promise<number> {
  spanFrom("starting the program", 0)();
  const env = environ();
  const homeFolder = env["HOME"] || homedir();
  const { inputs, command, isWithoutColour } = splitCommand(process.argv.slice(2));
  const onResize = (act: () => void) => void process.on("SIGWINCH", act);
  const streams = createStreams({ env, isWithoutColour, onResize });
  const operations = createOperations(env, homeFolder, streams);
  const exit = createExit(streams);
  const context = Object.assign(streams, { ...exit, operations, homeFolder, typed: inputs, command });
  const application = await createApplication({
    version,
    inputs,
    renderError: (error) => tellError(error, context, streams),
  });
  if (inputs.length === 0) {
    const { shortHelp } = await import("./cli/usage/short-help.ts");
    streams.answer(shortHelp(application));
    return 0;
  }
  if (inputs[0] === completionWord) {
    const { complete } = await import("./cli/completion/complete.ts");
    streams.answer(await complete(application, process.argv.slice(3), context));
    return 0;
  }
  await run(application, inputs, context);
  streams.lines(renderTimings() ?? "");
  const code = exit.code();
  // After a signal nobody waits for a reader that does not read.
  await streams.drain(() => operations.interruption.first.aborted);
  return code;
}

function environ(): Environ {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** All that operations get from outside. */
function createOperations(env: Environ, homeFolder: string, streams: AllStreams): Context {
  const cwd = process.cwd();
  const home = homePaths(resolve(cwd, homeFolderOf(env, homeFolder)));
  const log = createLog({
    file: home.log,
    lockFile: join(home.locks, "log"),
    onFailure: (reason) => streams.audience.warning(`cannot write the log ${home.log}: ${reason}`),
  });
  let interruption: Interruption | undefined;
  return {
    home,
    env,
    cwd,
    pid: process.pid,
    executable: process.execPath,
    environments: createEnvironments(home.database),
    log,
    get audience() {
      return streams.audience;
    },
    // At the first look: a command that only asks ends by a signal like any other program.
    get interruption() {
      return (interruption ??= listenToSignals());
    },
  };
}

/** Where Stricli and the commands say how mono ends. */
function createExit({ answer, lines }: AllStreams) {
  let passedOn: number | undefined;
  const stricli: CommandContext["process"] & { exitCode?: number | string | null } = {
    stdout: { write: (text) => void answer(text) },
    stderr: { write: lines },
  };
  return {
    process: stricli,
    exitWith(status: number) {
      passedOn = status;
    },
    code(): number {
      // Stricli's own codes are negative: the command line is wrong.
      const exitCode = Number(stricli.exitCode ?? 0);
      if (exitCode === 0) return passedOn ?? 0;
      return exitCode < 0 ? 2 : exitCode;
    },
  };
}

/** The text of an error for standard error. A defect goes to the log, and every error to readers of JSON. */
function tellError(
  error: unknown,
  { homeFolder, operations: { home, log }, typed }: CommandContext,
  { answer, hasAnswered, style }: AllStreams,
): string {
  if (!(error instanceof MonoError))
    log.line("mono", error instanceof Error ? (error.stack ?? error.message) : String(error));
  if (asksForJson(typed) && !hasAnswered) answer(toJson("error", errorAnswer(error)));
  return renderError(error, style, shortPath(home.log, homeFolder));
}
