import { commandNotExecutable, commandNotFound, notAProgram } from "../error/catalogue/command-line.ts";
import { isSystemError } from "../error/mono-error.ts";
import { type Command, type ExitStatus, exitStatusOf } from "./child.ts";

/** What a terminal sends to every process in front: the child hears it by itself, and decides. */
const terminalSignals = ["SIGINT", "SIGQUIT"] as const;
/** What is sent to mono alone. */
const passedOnSignals = ["SIGTERM", "SIGHUP"] as const;

/**
 * Lends the terminal to a command, or whatever mono's standard streams are, and returns its exit status: as if the
 * person had called it where they called mono.
 *
 * Unlike every other child it stays in mono's own process group, since only the group in front may read from the
 * terminal. So it is not ended with all that it starts, and one whose mono was killed by SIGKILL runs on.
 */
export async function inherit(command: Command): Promise<ExitStatus> {
  const child = start(command);
  const ignore = () => {};
  const passOn = (name: NodeJS.Signals) => child.kill(name);
  for (const name of terminalSignals) process.on(name, ignore);
  for (const name of passedOnSignals) process.on(name, passOn);
  try {
    await child.exited;
    return exitStatusOf(child);
  } finally {
    for (const name of terminalSignals) process.off(name, ignore);
    for (const name of passedOnSignals) process.off(name, passOn);
  }
}

function start({ argv, cwd, env }: Command) {
  try {
    // As a shell would set it.
    const own = { cwd, env: { ...env, PWD: cwd } };
    return Bun.spawn([...argv], { ...own, stdin: "inherit", stdout: "inherit", stderr: "inherit" });
  } catch (error) {
    throw cannotStart(argv[0], error);
  }
}

/** As a shell tells the two apart: 127 for a program that is not there, 126 for one that cannot be started. */
function cannotStart(program: string, error: unknown): unknown {
  if (isSystemError(error, "ENOENT")) {
    return commandNotFound({ program }, { cause: error });
  }
  if (isSystemError(error, "EACCES")) {
    return commandNotExecutable({ program }, { cause: error });
  }
  if (isSystemError(error, "ENOEXEC")) {
    return notAProgram({ program }, { cause: error });
  }
  return error;
}
