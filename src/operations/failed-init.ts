/** What becomes of an environment whose init has failed: all of it is undone, or kept to be looked at. */
import type { Environment } from "../environment/environment.ts";
import { isFailure, MonoError, reasonOf, retold } from "../error/mono-error.ts";
import { whileUndoing } from "../process/interruption.ts";
import { recordBackground } from "../resources/background.ts";
import { becauseOfSilence, findSilence } from "../resources/own-engine.ts";
import { recordFailure } from "../resources/own-record.ts";
import type { Owner } from "../resources/owner.ts";
import { ensureSession } from "../resources/session.ts";
import { shellWord } from "../text/shell-word.ts";
import type { Operation } from "./exclusively.ts";
import { readOwner } from "./owner.ts";
import { removeEverything } from "./remove-everything.ts";

/** Leaves what init has made, with a session to look at it from; undoes it where that cannot be written down. */
export async function keepFailed(
  operation: Operation,
  registered: Environment,
  error: MonoError,
): Promise<unknown> {
  const { context, narrator } = operation;
  let owner: Owner;
  try {
    owner = readOwner(operation, context.environments.findByName(registered.name) ?? registered);
    recordFailure(owner.paths, error.message);
  } catch (recordError) {
    narrator.warn(`cannot keep what was made: ${reasonOf(recordError)}`);
    return await undoInit(operation, registered, error);
  }
  await recordBackground(owner, operation.lock.groups());
  try {
    await ensureSession(owner);
  } catch (sessionError) {
    narrator.warn(`there is no session to look at it from: ${reasonOf(sessionError)}`);
  }
  const { name, path } = registered;
  return retold(error, {
    message: `cannot init ${name}: ${error.message}`,
    hint: `${error.hint}; what was made is kept: see mono logs ${name} and mono attach ${name}; mono init ${shellWord(path)} starts afresh, mono destroy ${name} removes it`,
  });
}

const rollbackHint = "mono destroy finishes the rollback";

/** Takes back what init has done. The error says what failed first, and what could not be undone. */
export async function undoInit(
  operation: Operation,
  environment: Environment,
  error: unknown,
): Promise<unknown> {
  const { context, narrator } = operation;
  const done = narrator.start(`undoing: ${reasonOf(error)}`);
  let failure = error;
  let isUndone = true;
  try {
    // First end what scripts have left running in the background: it could make things again.
    await operation.lock.endRecorded(context.interruption.second);
    const known = context.environments.findByName(environment.name) ?? environment;
    const owner = readOwner(operation, known, whileUndoing(context.interruption));
    // The engine is asked first, with a deadline: docker compose would wait forever for one that hangs.
    const silence = await findSilence(owner, error);
    if (silence !== undefined) {
      failure = becauseOfSilence(error, silence, rollbackHint);
      throw becauseOfSilence(silence, silence, rollbackHint);
    }
    await removeEverything(operation, owner);
    done("everything was undone");
  } catch (undoError) {
    done("the rollback failed", "failure");
    isUndone = false;
    narrator.warn(`not all of ${environment.name} could be undone: ${reasonOf(undoError)}`);
    if (undoError instanceof MonoError) narrator.warn(undoError.hint);
  }
  if (!isFailure(failure)) return failure;
  return retold(failure, {
    message: `cannot init ${environment.name}: ${failure.message}`,
    hint: isUndone ? `everything was undone: ${failure.hint}` : failure.hint,
  });
}
