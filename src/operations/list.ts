import { existsSync } from "node:fs";
import { findShared, type SharedThing } from "../compose/shared.ts";
import { listProjects } from "../docker/containers.ts";
import { engineIdOf, withEngine } from "../docker/engine.ts";
import { requireEngine } from "../docker/prerequisites.ts";
import { callersEnviron } from "../environment/child-environ.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { homeMark, lockFileOf } from "../environment/paths.ts";
import { type Status, statusOf } from "../environment/status.ts";
import { MonoError } from "../error/mono-error.ts";
import type { Environ } from "../process/child.ts";
import { lockStatesIn } from "../state/lock-state.ts";
import { listSessions } from "../tmux/sessions.ts";
import type { Context } from "./context.ts";
import { generatedModelOf } from "./owner.ts";

interface ObservedEnvironment extends Environment {
  readonly status: Status;
}

export interface ListedEnvironment extends ObservedEnvironment {
  /** What its containers have in common with other environments. */
  readonly shared: readonly SharedThing[];
}

type Projects = Awaited<ReturnType<typeof listProjects>>;

/**
 * Environments, all or those that are given, and how they are. One question to tmux and one to each engine, however many
 * there are.
 */
export async function list(
  context: Context,
  given?: readonly Environment[],
): Promise<readonly ObservedEnvironment[]> {
  const env = callersEnviron(context.env);
  // tmux looks while the database is read.
  const asked = listSessions({ env, cwd: "/" });
  asked.catch(() => {});
  const environments = given ?? context.environments.list();
  if (environments.length === 0) return [];
  const engines = [
    ...new Set(environments.flatMap(({ dockerProject, engine }) => (dockerProject === null ? [] : [engine]))),
  ];
  const [sessions, ...answers] = await Promise.all([
    asked,
    ...engines.map((engine) => projectsOf(env, engine)),
  ]);
  const projects = new Map(engines.map((engine, index) => [engine, answers[index]]));
  const mark = homeMark(context.home.home);
  const replaced = await findReplaced(env, environments, projects);
  const lockState = lockStatesIn(context.home.locks);
  return environments.map((environment) => ({
    ...environment,
    status: statusOf({
      phase: environment.phase,
      lock: lockState(() => lockFileOf(context.home, environment.path)),
      isFolderThere: existsSync(environment.path),
      isSessionThere: sessions.get(resourceNameOf(environment.name)) === mark,
      containers: containersOf(environment, projects.get(environment.engine), replaced),
    }),
  }));
}

/** The same with what each of them shares, which takes reading its private compose file. */
export async function listWithShared(context: Context): Promise<readonly ListedEnvironment[]> {
  return (await list(context)).map((environment) => {
    const generated = generatedModelOf(context, environment);
    return {
      ...environment,
      shared: generated === undefined ? [] : findShared(generated, environment.path),
    };
  });
}

/** Undefined when the engine cannot be asked: it does not answer, or docker is not there. */
async function projectsOf(env: Environ, engine: string | null): Promise<Projects> {
  try {
    return await listProjects({ env: withEngine(env, engine), cwd: "/" });
  } catch (error) {
    if (error instanceof MonoError) return undefined;
    throw error;
  }
}

/**
 * The engines in whose place another one answers. Only where an environment has no containers is it asked who it is:
 * those that are found need no proof.
 */
async function findReplaced(
  env: Environ,
  environments: readonly Environment[],
  projects: ReadonlyMap<string | null, Projects>,
): Promise<ReadonlySet<string | null>> {
  const suspects = environments.filter(
    ({ dockerProject, engine, phase }) =>
      phase === "ready" &&
      dockerProject !== null &&
      engineIdOf(engine) !== undefined &&
      projects.get(engine)?.has(dockerProject) === false,
  );
  const engines = [...new Set(suspects.map(({ engine }) => engine))];
  const ids = await Promise.all(
    engines.map((engine) => requireEngine({ env: withEngine(env, engine), cwd: "/" }).catch(() => undefined)),
  );
  return new Set(engines.filter((engine, index) => ids[index] !== engineIdOf(engine)));
}

function containersOf(
  { dockerProject, engine }: Environment,
  projects: Projects,
  replaced: ReadonlySet<string | null>,
) {
  if (dockerProject === null) return undefined;
  const none = replaced.has(engine) ? "unreachable" : [];
  return projects === undefined ? "unreachable" : (projects.get(dockerProject) ?? none);
}
