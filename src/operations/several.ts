/** One operation on more than one environment: for each as if it were called for that one alone, several at once. */
import type { Environment } from "../environment/environment.ts";
import { asBadAs, MonoError, reasonOf } from "../error/mono-error.ts";
import { warningsOnly } from "../log/narrator.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { resources } from "../resources/resources.ts";
import type { Context } from "./context.ts";
import { runOwnerOf } from "./owner.ts";

/** How many at once: they wait for the engine most of the time. */
const atOnce = 8;

export interface Ended {
  readonly environment: Environment;
  /** Why it failed; undefined when it did not. */
  readonly error: unknown;
}

interface Task {
  /** What is being done to them, shown for as long as it takes: `destroying`. */
  readonly doing: string;
  /** Returns what has become of the environment; undefined when there is nothing to say. */
  readonly act: (context: Context, environment: Environment) => Promise<string | undefined>;
  /** What is to be said of one that failed; its error comes at the end. */
  readonly failed: (name: string) => string;
}

/** Reports how each of them ended, and of their steps only the warnings. Throws when interrupted. */
export async function forSeveral(
  context: Context,
  environments: readonly Environment[],
  { act, doing, failed }: Task,
): Promise<readonly Ended[]> {
  const { audience } = context;
  const ended: Ended[] = [];
  const end = audience.busy(`${doing} ${environments.length} environments`);
  const actOnOne = async (environment: Environment) => {
    const { name } = environment;
    const startedAt = performance.now();
    const elapsedMs = () => performance.now() - startedAt;
    try {
      const own = { ...context, audience: warningsOnly(audience, `${name}: `) };
      const told = await act(own, environment);
      if (told !== undefined) audience.ended(told, "success", elapsedMs());
      ended.push({ environment, error: undefined });
    } catch (error) {
      if (!context.interruption.first.aborted) audience.ended(failed(name), "failure", elapsedMs());
      ended.push({ environment, error });
    }
    audience.progress(`${ended.length} of ${environments.length}`);
  };
  try {
    // Last: if mono was called in the session of one of them, acting on that one may end mono itself.
    const last = await findOneThatEndsMono(context, environments);
    const others = environments.filter((one) => one !== last);
    await forEach(others, actOnOne, context.interruption.first);
    if (last !== undefined) await forEach([last], actOnOne, context.interruption.first);
  } finally {
    end();
  }
  throwIfInterrupted(context.interruption);
  return ended;
}

async function findOneThatEndsMono(
  context: Context,
  environments: readonly Environment[],
): Promise<Environment | undefined> {
  for (const environment of environments) {
    for (const { last } of resources) {
      if ((await last?.isCalledInside(runOwnerOf(context, environment))) === true) return environment;
    }
  }
  return undefined;
}

/** Several at once, begun in their order, until `stop` is aborted. */
async function forEach<T>(
  items: readonly T[],
  act: (item: T) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) {
      if (stop.aborted) return;
      await act(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

interface Failed {
  readonly failed: number;
  readonly all: number;
}

/**
 * What a command throws when some have failed: the error if only one has, else `summary` with the messages of all and
 * the worst exit code. Undefined when all went well.
 */
export function errorOfSeveral(
  ended: readonly Ended[],
  summary: (counts: Failed, evidence: { readonly details: readonly string[] }) => MonoError,
): unknown {
  const failures = ended.flatMap(({ error }) => (error === undefined ? [] : [error]));
  if (failures.length < 2) return failures[0];
  const details = failures.flatMap((error) =>
    error instanceof MonoError
      ? [error.message, ...error.details.map((line) => `  ${line}`), `  ↳ ${error.hint}`]
      : [reasonOf(error)],
  );
  return asBadAs(summary({ failed: failures.length, all: ended.length }, { details }), failures);
}
