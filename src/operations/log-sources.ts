import { listLoggedContainers, type LoggedContainer } from "../docker/logs.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { containersNotRead } from "../error/catalogue/containers.ts";
import { MonoError } from "../error/mono-error.ts";
import { resolveDockerCall } from "../resources/docker-call.ts";
import type { Context } from "./context.ts";
import { readViewer } from "./owner.ts";
import { requireService, servicesOf } from "./service.ts";

/** What the run script's output is called, next to the services; a service of that name takes precedence. */
export const runName = "run";

export interface LogChoice {
  /** Called with sources whose lines may come: `web-1`, `run`. */
  readonly onSources: (names: readonly string[]) => void;
  /** Services, and `run`; everything when none is named. */
  readonly names: readonly string[];
  /** How many of the last lines of each container, and of the run; all when not given. */
  readonly tail: number | undefined;
  /** Takes lines of a source, `web-1` or `run`, with their ends; false when nobody reads them any more. */
  readonly onLines: (source: string, lines: Buffer) => Promise<boolean>;
}

/** What is read, and where it goes to. */
export interface LogSources {
  /** Undefined for those of every service. */
  readonly services: readonly string[] | undefined;
  /** Whether any container is to be read, and whether the run is. */
  readonly hasContainers: boolean;
  readonly hasRun: boolean;
  readonly tail: number | undefined;
  readonly announce: LogChoice["onSources"];
  readonly take: (source: string, lines: Buffer) => Promise<void>;
  readonly warn: (text: string) => void;
  /** Ends the reading. */
  readonly stop: AbortSignal;
}

/** The reader of the answer has left: there is nothing more to do. */
export class ReaderGoneError extends Error {}

export function sourcesOf(
  context: Context,
  environment: Environment,
  { names, onLines, onSources, tail }: LogChoice,
  stop: AbortSignal,
): LogSources {
  const known = servicesOf(context, environment);
  const isService = known.includes(runName);
  const warn = (text: string) => context.audience.warning(text);
  for (const name of names) if (name !== runName) requireService(environment, name, known, [runName]);
  if (isService && names.includes(runName))
    warn(`${runName} is a service here: what the run script prints comes with everything, without names`);
  const services = names.filter((name) => name !== runName || isService);
  return {
    services: names.length === 0 ? undefined : services,
    hasContainers: environment.dockerProject !== null && (names.length === 0 || services.length > 0),
    hasRun: names.length === 0 || (names.includes(runName) && !isService),
    tail,
    announce: onSources,
    async take(source, lines) {
      if (lines.length > 0 && !stop.aborted && !(await onLines(source, lines))) throw new ReaderGoneError();
    },
    warn,
    stop,
  };
}

/** The containers that were asked for, in the order of the services' names. */
export async function findContainers(
  context: Context,
  environment: Environment,
  { announce, hasRun, services }: Pick<LogSources, "announce" | "hasRun" | "services">,
): Promise<readonly LoggedContainer[]> {
  const viewer = readViewer(context, environment);
  try {
    const found = await listLoggedContainers(resolveDockerCall(viewer), resourceNameOf(environment.name));
    const asked = found
      .filter(({ service }) => services?.includes(service) !== false)
      .toSorted(
        (one, other) => compare(one.service, other.service) || Number(one.number) - Number(other.number),
      );
    announce([...asked.map(sourceOf), ...(hasRun ? [runName] : [])]);
    return asked;
  } catch (error) {
    if (!(error instanceof MonoError) || !hasRun) throw error;
    const { details, message } = error;
    const { name, path } = environment;
    throw containersNotRead({ environment: name, path, reason: message }, { details, cause: error });
  }
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** What a reader that was too slow for a run's output is told. */
export function lossOf(bytes: number): string {
  return `${bytes / 1024 / 1024} MiB of output were not read in time and are gone`;
}

/** As Docker Compose calls it. */
export function sourceOf({ number, service }: LoggedContainer): string {
  return `${service}-${number}`;
}
