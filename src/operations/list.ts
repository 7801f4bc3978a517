import { callersEnviron } from "../environment/child-environ.ts";
import type { Environment } from "../environment/environment.ts";
import { environmentPaths, lockFileOf } from "../environment/paths.ts";
import { type Finding, type Status, statusOf } from "../environment/status.ts";
import { failureOf, isFolderReplaced } from "../resources/own-record.ts";
import type { Judge, Lookout } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import { lockStatesIn } from "../state/lock-state.ts";
import type { Context } from "./context.ts";
import { isGone } from "./workspace.ts";

export interface ObservedEnvironment extends Omit<Environment, "mark"> {
  readonly status: Status;
}

/**
 * Environments, all or those that are given, and how they are. One question to tmux and one to each engine, however many
 * there are.
 */
export async function list(
  context: Context,
  given?: readonly Environment[],
): Promise<readonly ObservedEnvironment[]> {
  const environments = once(() => given ?? context.environments.list());
  const asked = inspectAll({ home: context.home.home, env: callersEnviron(context.env), environments });
  asked.catch(() => {});
  if (environments().length === 0) return [];
  const judges = await asked;
  const lockState = lockStatesIn(context.home.locks);
  const observed = environments().map((environment) => ({
    environment,
    found: judges.flatMap((judge) => judge(environment) ?? []),
  }));
  warnOfSilence(
    context,
    observed.flatMap(({ found }) => found),
  );
  return observed.map(({ environment, found }) => {
    const { mark: _, ...known } = environment;
    const status = statusOf({
      phase: environment.phase,
      lock: lockState(() => lockFileOf(context.home, environment.path)),
      found,
      ...recordedOf(context, environment),
    });
    return { ...known, status };
  });
}

/** Asks once, also when the answer is an error: a locked database keeps each caller waiting. */
function once<T>(ask: () => T): () => T {
  let answer: (() => T) | undefined;
  return () => {
    if (answer !== undefined) return answer();
    try {
      const value = ask();
      answer = () => value;
    } catch (error) {
      answer = () => {
        throw error;
      };
    }
    return answer();
  };
}

/** Each reason once, however many environments it concerns. */
function warnOfSilence({ audience }: Context, found: readonly Finding[]): void {
  const reasons = found.flatMap((finding) => (finding.kind === "cannot tell" ? [finding.reason] : []));
  for (const reason of new Set(reasons)) audience.warning(reason);
}

/** What the own folder tells, beside what is there now. */
function recordedOf(context: Context, { name, path, phase }: Environment) {
  const paths = environmentPaths(context.home, name);
  const isReplaced = () => (isFolderReplaced(paths, path) ? "replaced" : "there");
  return {
    hasFailed: phase !== "ready" && failureOf(paths) !== undefined,
    folder: isGone(path) ? "gone" : isReplaced(),
  } as const;
}

/** Looks at each resource once. From the last to the first: tmux looks while the database is read for the others. */
async function inspectAll(lookout: Lookout): Promise<readonly Judge[]> {
  return await Promise.all(resources.toReversed().flatMap(({ inspect }) => inspect?.(lookout) ?? []));
}
