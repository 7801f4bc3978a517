/** `mono destroy` of more than one environment: for each a destroy of its own, several at once. */
import type { Environment } from "../environment/environment.ts";
import { severalNotDestroyed } from "../error/catalogue/workspace.ts";
import { exitCodeOf, MonoError, reasonOf } from "../error/mono-error.ts";
import { warningsOnly } from "../log/narrator.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { resources } from "../resources/resources.ts";
import type { Context } from "./context.ts";
import { destroy, type DestroyOptions } from "./destroy.ts";
import { runOwnerOf } from "./owner.ts";

/** How many at once: they wait for the engine most of the time. */
const atOnce = 8;

export interface Ended {
  readonly environment: Environment;
  /** Why it is still there; undefined when it is destroyed. */
  readonly error: unknown;
}

/** Tells of each how it ended, and of their steps no more than warnings. Throws when interrupted. */
export async function destroySeveral(
  context: Context,
  environments: readonly Environment[],
  options: DestroyOptions,
): Promise<readonly Ended[]> {
  const { audience } = context;
  const ended: Ended[] = [];
  const end = audience.busy(`destroying ${environments.length} environments`);
  const destroyOne = async (environment: Environment) => {
    const { name, path } = environment;
    const startedAt = performance.now();
    const own = { ...context, audience: warningsOnly(audience, `${name}: `) };
    const error = await destroy(own, path, options).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const elapsedMs = performance.now() - startedAt;
    if (error === undefined) audience.ended(`${name} is destroyed`, "success", elapsedMs);
    else audience.ended(`${name} is still there`, "failure", elapsedMs);
    ended.push({ environment, error });
    audience.progress(`${ended.length} of ${environments.length}`);
  };
  try {
    // Where mono was called in the session of one of them, that one ends mono itself.
    const last = await oneThatEndsMono(context, environments);
    await forEach(
      environments.filter((one) => one !== last),
      destroyOne,
      context.interruption.first,
    );
    if (last !== undefined) await forEach([last], destroyOne, context.interruption.first);
  } finally {
    end();
  }
  throwIfInterrupted(context.interruption);
  return ended;
}

async function oneThatEndsMono(
  context: Context,
  environments: readonly Environment[],
): Promise<Environment | undefined> {
  for (const environment of environments) {
    for (const { endsMono } of resources) {
      if ((await endsMono?.(runOwnerOf(context, environment))) === true) return environment;
    }
  }
  return undefined;
}

/** Some at once, in their order, until it is to stop. */
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

/** The error of a command that has not destroyed all of them, with the worst exit code; undefined when it has. */
export function errorOfSeveral(ended: readonly Ended[]): unknown {
  const failures = ended.flatMap(({ error }) => (error === undefined ? [] : [error]));
  if (failures.length < 2) return failures[0];
  const told = failures.map((error) => (error instanceof MonoError ? error : undefined));
  const worst = told.toSorted((one, other) => exitCode(other) - exitCode(one))[0];
  const details = failures.flatMap((error, index) => [reasonOf(error), `  ↳ ${told[index]?.hint ?? ""}`]);
  const content = severalNotDestroyed.content(
    { failed: failures.length, all: ended.length },
    { details: details.filter((line) => line !== "  ↳ ") },
  );
  return new MonoError({ ...content, code: worst?.code ?? "failed" });
}

/** A defect of mono is a failure like any other here. */
function exitCode(error: MonoError | undefined): number {
  return error === undefined ? 1 : exitCodeOf(error);
}
