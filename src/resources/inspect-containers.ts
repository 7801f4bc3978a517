import { listProjects, type MarkedContainer } from "../docker/containers.ts";
import { engineIdOf, selectEngine } from "../docker/engine.ts";
import { requireEngine } from "../docker/prerequisites.ts";
import type { Environment } from "../environment/environment.ts";
import { isContainerOwner } from "../environment/mark.ts";
import { environmentPaths, homePaths } from "../environment/paths.ts";
import { type Finding, workOf } from "../environment/status.ts";
import { MonoError, reasonToWarn } from "../error/mono-error.ts";
import type { Environ } from "../process/child.ts";
import { isRecordedAsleep, readyContainers } from "./own-record.ts";
import type { Judge, Lookout } from "./resource.ts";

/** The engine of an environment, as its row has it. */
type Engine = Environment["engine"];

/** What the engines said. */
export interface SeenContainers {
  /** The containers of each project, by engine; why, or undefined, for an engine that does not answer. */
  readonly projects: ReadonlyMap<Engine, Projects | MonoError | undefined>;
  /** The engines in whose place another one answers. */
  readonly replaced: ReadonlySet<Engine>;
  /** The names of the containers that ran when the environment was ready, by its name. */
  readonly ran: ReadonlyMap<string, readonly string[]>;
  /** The names of the environments that were put to sleep. */
  readonly asleep: ReadonlySet<string>;
}

type Projects = ReadonlyMap<string, readonly MarkedContainer[]>;

/** One question to each engine, however many environments there are. */
export async function inspectContainers({ env, environments, home }: Lookout): Promise<Judge> {
  const owners = environments().filter(({ dockerProject }) => dockerProject !== null);
  const engines = [...new Set(owners.map(({ engine }) => engine))];
  const projects = await askEach(engines, (engine) => projectsOf(env, engine));
  const suspects = suspectEngines(owners, projects);
  const ids = await askEach(suspects, (engine) => idOf(env, engine));
  const replaced = new Set(suspects.filter((engine) => ids.get(engine) !== engineIdOf(engine)));
  const ran = new Map(owners.flatMap((environment) => ranOf(home, environment)));
  const asleep = new Set(owners.flatMap(({ name }) => (isAsleep(home, name) ? [name] : [])));
  return (environment) => judgeContainers(environment, { projects, replaced, ran, asleep });
}

function ranOf(home: string, { name }: Environment): readonly (readonly [string, readonly string[]])[] {
  const ready = readyContainers(environmentPaths(homePaths(home), name));
  if (ready === undefined) return [];
  return [[name, ready.filter(({ state }) => state === "running").map((container) => container.name)]];
}

function isAsleep(home: string, name: string): boolean {
  return isRecordedAsleep(environmentPaths(homePaths(home), name));
}

async function askEach<T>(
  engines: readonly Engine[],
  ask: (engine: Engine) => Promise<T>,
): Promise<ReadonlyMap<Engine, T>> {
  return new Map(await Promise.all(engines.map(async (engine) => [engine, await ask(engine)] as const)));
}

/** An error when the engine cannot be asked: it does not answer, or docker is missing. */
async function projectsOf(env: Environ, engine: Engine): Promise<Projects | MonoError | undefined> {
  try {
    return await listProjects({ env: selectEngine(env, engine), cwd: "/" });
  } catch (error) {
    if (error instanceof MonoError) return error;
    throw error;
  }
}

async function idOf(env: Environ, engine: Engine): Promise<string | undefined> {
  return await requireEngine({ env: selectEngine(env, engine), cwd: "/" }).catch(() => undefined);
}

/**
 * The engines to ask who they are, since an environment that should have containers has none there. Containers that are
 * found need no proof.
 */
export function suspectEngines(
  environments: readonly Environment[],
  projects: SeenContainers["projects"],
): readonly Engine[] {
  const suspects = environments.filter(
    (environment) =>
      environment.phase === "ready" &&
      environment.dockerProject !== null &&
      engineIdOf(environment.engine) !== undefined &&
      isWithout(projects.get(environment.engine), environment),
  );
  return [...new Set(suspects.map(({ engine }) => engine))];
}

function isWithout(answer: Projects | MonoError | undefined, environment: Environment): boolean {
  return answer !== undefined && !(answer instanceof MonoError) && ownOf(answer, environment).length === 0;
}

/** After a `down` by hand, containers with the project's name may be another home's. */
function ownOf(projects: Projects, { dockerProject, mark }: Environment): readonly MarkedContainer[] {
  const found = dockerProject === null ? [] : (projects.get(dockerProject) ?? []);
  return found.filter(({ owner }) => isContainerOwner(owner, mark));
}

export function judgeContainers(
  environment: Environment,
  { asleep, projects, ran, replaced }: SeenContainers,
): Finding | undefined {
  const { dockerProject, engine, name } = environment;
  if (dockerProject === null) return undefined;
  const answer = projects.get(engine);
  if (answer === undefined || answer instanceof MonoError) {
    const reason = answer === undefined ? "the Docker engine does not answer" : reasonToWarn(answer);
    return { kind: "cannot tell", asked: "engine", reason };
  }
  const containers = ownOf(answer, environment);
  if (containers.length > 0) {
    const works = workOf(containers, ran.get(name));
    return { kind: "there", works: works === "none" && asleep.has(name) ? "asleep" : works };
  }
  if (!replaced.has(engine)) return { kind: answer.has(dockerProject) ? "foreign" : "absent" };
  const reason = "another Docker engine answers in the place of its own";
  return { kind: "cannot tell", asked: "engine", reason };
}
