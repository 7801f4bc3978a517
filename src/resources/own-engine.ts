/**
 * Whether the engine that answers for an environment is the one that has its containers. The address or context that
 * its row names may have come to mean another engine: a moved socket, a context that was made again, an engine that
 * was reset. That one has nothing of it, and would confirm every removal.
 */
import type { DockerCall } from "../docker/ask.ts";
import { isAnyMadeFrom } from "../docker/containers.ts";
import { engineIdOf } from "../docker/engine.ts";
import { describeEngine, requireEngine, SilentEngineError } from "../docker/prerequisites.ts";
import { engineReplaced } from "../error/catalogue/docker.ts";
import { isFailure, MonoError, retold } from "../error/mono-error.ts";
import type { Owner } from "./owner.ts";

/** Another engine answers than the one that the environment was made on. */
export class OtherEngineError extends MonoError {
  constructor(call: DockerCall, name: string) {
    super(engineReplaced.content({ engine: describeEngine(call), environment: name }));
    this.name = "OtherEngineError";
  }
}

/**
 * Makes sure that the environment's own engine answers, if it needs one. Throws `SilentEngineError` or
 * `OtherEngineError`.
 */
export async function requireOwnEngine(owner: Owner): Promise<void> {
  if (owner.environment.dockerProject === null) return;
  await requireSameEngine(owner, await requireEngine(owner.docker));
}

/**
 * Throws `OtherEngineError` unless that id belongs to the engine that the environment was made on. An equal id proves
 * it. A different one alone proves nothing: some engines have a new one after each start, Podman in each answer. So
 * then the containers count.
 */
export async function requireSameEngine(owner: Owner, id: string): Promise<void> {
  const { environment, paths } = owner;
  const { dockerProject: project, engine, name } = environment;
  const expected = engineIdOf(engine);
  if (project === null || expected === undefined || expected === id) return;
  const call = owner.docker;
  if (!(await isAnyMadeFrom(call, project, paths.composeFile))) throw new OtherEngineError(call, name);
}

/** Why docker has failed, when the reason is that its engine has gone in the meantime; undefined otherwise. */
export async function findSilence(owner: Owner, error: unknown): Promise<SilentEngineError | undefined> {
  if (owner.environment.dockerProject === null || !(error instanceof MonoError)) return undefined;
  if (error instanceof SilentEngineError) return error;
  try {
    await requireEngine(owner.docker);
    return undefined;
  } catch (silence) {
    return silence instanceof SilentEngineError ? silence : undefined;
  }
}

/** The error with that reason, and a hint that says what to do `then`. */
export function becauseOfSilence(error: unknown, silence: SilentEngineError, then: string): unknown {
  if (!isFailure(error)) return error;
  const message = error === silence ? silence.message : `${error.message}: ${silence.message}`;
  const hint = `${silence.remedy}, then ${then}`;
  return retold(silence, { message, hint, details: error.details, cause: error });
}
