/** The composition root: reads the command line and the environment, and ends with an exit code. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "@stricli/core";
import { createApplication } from "./cli/application.ts";
import { createAudience, quietAudience, systemClock } from "./cli/audience.ts";
import { wantsColour } from "./cli/colour.ts";
import type { CommandContext } from "./cli/command-context.ts";
import { asksForJson, errorAnswer, toJson } from "./cli/json.ts";
import { renderError } from "./cli/render-error.ts";
import { createScreen } from "./cli/screen.ts";
import { shortPath } from "./cli/short-path.ts";
import { createStyle } from "./cli/style.ts";
import { completionWord, splitCommand } from "./cli/split-command.ts";
import { isTerminal, watchColumns } from "./cli/terminal.ts";
import { standardError, standardInput, standardOutput, write, writeSoon } from "./cli/write.ts";
import { homePaths } from "./environment/paths.ts";
import { MonoError } from "./error/mono-error.ts";
import { withoutControls } from "./error/shown.ts";
import { createLog } from "./log/log.ts";
import { type Interruption, interruptedError } from "./process/interruption.ts";
import { renderTimings, spanFrom } from "./process/timings.ts";
import { createEnvironments } from "./state/environments.ts";
import { version } from "./version.ts";

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** The first signal interrupts, the second hurries: both are handled for as long as the process lives. */
function listenToSignals(): Interruption {
  const [first, second] = [new AbortController(), new AbortController()];
  for (const [name, number] of Object.entries(signals)) {
    process.on(name, () => {
      if (first.signal.aborted) second.abort();
      else first.abort(interruptedError(name, number));
    });
  }
  return { first: first.signal, second: second.signal };
}

function environ(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Does what the command line says, and returns the exit code. */
export async function main(): Promise<number> {
  spanFrom("starting the program", 0)();
  const env = environ();
  const homeFolder = env["HOME"] || homedir();
  const cwd = process.cwd();
  const home = homePaths(resolve(cwd, env["MONO_HOME"] || join(homeFolder, ".mono")));
  const { inputs, command, isWithoutColour } = splitCommand(process.argv.slice(2));
  const isColoured = () => wantsColour(env, isWithoutColour, () => isTerminal(standardError));
  const style = createStyle(isColoured);
  const columns = watchColumns(standardError, (act) => process.on("SIGWINCH", act));
  const screen = createScreen({
    write: (text) => void write(standardError, text),
    columns: () => (env["TERM"] === "dumb" ? undefined : columns()),
    keepsEscapes: () => isTerminal(standardError) || isColoured(),
  });
  let audience = createAudience(screen, style, systemClock);
  let isQuiet = false;
  const log = createLog({
    file: home.log,
    lockFile: join(home.locks, "log"),
    onFailure: (reason) => audience.warning(`cannot write the log ${home.log}: ${reason}`),
  });
  let hasAnswered = false;
  const answer = (text: string | Uint8Array) => {
    hasAnswered = true;
    return write(standardOutput, text);
  };
  const stdout = { write: (text: string) => void answer(text) };
  const stderr = { write: (text: string) => screen.lines(text) };
  const io: { stdout: typeof stdout; stderr: typeof stderr; exitCode?: number | string | null } = {
    stdout,
    stderr,
  };
  let interruption: Interruption | undefined;
  let passedOn: number | undefined;
  const context: CommandContext & { process: typeof io } = {
    process: io,
    homeFolder,
    answer,
    answerSoon: (text) => writeSoon(standardOutput, text),
    exitWith(status) {
      passedOn = status;
    },
    typed: inputs,
    command,
    get isTerminal() {
      return isTerminal(standardOutput);
    },
    get isInteractive() {
      return isTerminal(standardInput) && isTerminal(standardOutput);
    },
    get isColoured() {
      return wantsColour(env, isWithoutColour, () => isTerminal(standardOutput));
    },
    remark: (text) => {
      if (!isQuiet) stderr.write(`${withoutControls(text)}\n`);
    },
    beQuiet() {
      isQuiet = true;
      audience = quietAudience(audience);
    },
    operations: {
      home,
      env,
      cwd,
      pid: process.pid,
      executable: process.execPath,
      environments: createEnvironments(home.database),
      log,
      get audience() {
        return audience;
      },
      // At the first look: a command that only asks ends by a signal like any other program.
      get interruption() {
        return (interruption ??= listenToSignals());
      },
    },
  };
  const application = createApplication({
    version,
    inputs,
    renderError(error) {
      if (!(error instanceof MonoError))
        log.line("mono", error instanceof Error ? (error.stack ?? error.message) : String(error));
      if (asksForJson(inputs) && !hasAnswered) answer(toJson("error", errorAnswer(error)));
      return renderError(error, style, shortPath(home.log, homeFolder));
    },
  });
  if (inputs.length === 0) {
    const { shortHelp } = await import("./cli/help.ts");
    answer(shortHelp(application));
    return 0;
  }
  if (inputs[0] === completionWord) {
    const { complete } = await import("./cli/completion/complete.ts");
    answer(await complete(application, process.argv.slice(3), context));
    return 0;
  }
  await run(application, inputs, context);
  screen.lines("");
  const timings = renderTimings();
  if (timings !== undefined) write(standardError, timings);
  // Stricli's own codes are negative: the command line is wrong.
  const exitCode = Number(io.exitCode ?? 0);
  if (exitCode === 0) return passedOn ?? 0;
  return exitCode < 0 ? 2 : exitCode;
}
