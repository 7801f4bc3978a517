import { createTurns } from "../process/at-once.ts";
import { dockerCommand } from "./docker-program.ts";
import { findEngineAddress } from "./engine.ts";
import { lastLines } from "../text/lines.ts";
import { dockerMissing, dockerQuestionFailed } from "../error/catalogue/docker.ts";
import {
  type Answer,
  capture,
  type Environ,
  ProgramMissingError,
  type Question,
  type RecordGroup,
} from "../process/child.ts";
import type { Interruption } from "../process/interruption.ts";

/** How a call reaches docker: the environment selects the engine, the folder exists. */
export interface DockerCall {
  readonly env: Environ;
  readonly cwd: string;
  /** Ends each wait for an answer. */
  readonly interruption?: Interruption | undefined;
}

/** How a call with effects reaches docker: what a dead mono left must not act beside the next one. */
export interface DockerAtWork extends DockerCall {
  readonly recordGroup: RecordGroup;
}

/** Milliseconds that docker may take to answer a question; an engine under load is slow, one that hangs is not there. */
export const answerDeadlineMs = 30_000;
/** Milliseconds in which an engine that works has answered. */
export const engineDeadlineMs = 10_000;
/** Milliseconds for the removal of a few dozen things. */
const changeDeadlineMs = 120_000;

/** Asks docker and returns its answer, whatever its exit code. */
export async function askDocker(
  call: DockerCall,
  args: readonly string[],
  deadlineMs = answerDeadlineMs,
): Promise<Answer> {
  const { cwd, env, interruption } = call;
  return await callDocker({ argv: dockerCommand(...args), env, cwd, interruption, deadlineMs });
}

/** Calls docker for a short effect, and returns its answer, whatever its exit code. */
export async function changeDocker(
  { env, cwd, interruption, recordGroup }: DockerAtWork,
  args: readonly string[],
): Promise<Answer> {
  const argv = dockerCommand(...args);
  return await callDocker({ argv, env, cwd, interruption, recordGroup, deadlineMs: changeDeadlineMs });
}

/** An SSH server turns some away who come while ten others log in (`MaxStartups`). */
const throughSsh = createTurns(4);

async function callDocker(question: Question): Promise<Answer> {
  try {
    const isThroughSsh = findEngineAddress(question.env)?.startsWith("ssh:") === true;
    return isThroughSsh ? await throughSsh(() => capture(question)) : await capture(question);
  } catch (error) {
    if (!(error instanceof ProgramMissingError)) throw error;
    throw dockerMissing({}, { cause: error });
  }
}

/** Asks docker and returns what it printed; throws with its last lines when it fails. `what` completes "cannot …". */
export async function requireAnswer(
  call: DockerCall,
  args: readonly string[],
  what: string,
): Promise<string> {
  const answer = await askDocker(call, args);
  if (answer.exitCode === 0) return answer.stdout;
  throw dockerQuestionFailed(
    { what, command: args[0] ?? "", exitCode: answer.exitCode },
    { details: lastLines(answer.stderr) },
  );
}
