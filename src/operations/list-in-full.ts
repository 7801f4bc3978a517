/** Environments with all that there is to see of them: what `mono list --json` and `mono list <environment>` show. */
import { statSync } from "node:fs";
import { type ComposeModel, type SharedThing, textOf } from "../compose/model.ts";
import { publishedPortsOf } from "../compose/private-ports.ts";
import { sharedOf } from "../compose/shared.ts";
import { type StrayAddress, straysOf } from "../compose/stray-addresses.ts";
import { listProjects, type MarkedContainer } from "../docker/containers.ts";
import { selectEngine } from "../docker/engine.ts";
import { callersEnviron } from "../environment/child-environ.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { isContainerOwner } from "../environment/mark.ts";
import { environmentPaths, type EnvironmentPaths, homeMark } from "../environment/paths.ts";
import { addressOf } from "../environment/url.ts";
import { MonoError } from "../error/mono-error.ts";
import {
  isRunGone,
  lastRun,
  msSinceRunBegan,
  msSinceRunEnded,
  statusOfRun,
} from "../resources/run/record.ts";
import { findOwnName } from "../resources/session-record.ts";
import { countClients } from "../tmux/clients.ts";
import { findServer } from "../tmux/sessions.ts";
import type { Context } from "./context.ts";
import { list, type ObservedEnvironment } from "./list.ts";
import { readGeneratedModel } from "./owner.ts";

/** Times are in ISO 8601, and null when there is none. */
export interface DetailedEnvironment extends ObservedEnvironment {
  readonly created: string | null;
  readonly dataFolder: string;
  /** The names of its volumes; those without one are not among them. */
  readonly volumes: readonly string[];
  /** Null when it is not there. */
  readonly session: { readonly name: string; readonly clients: number } | null;
  readonly run: SeenRun;
  readonly services: readonly SeenService[];
  /** What its containers have in common with other environments. */
  readonly shared: readonly SharedThing[];
  /** Addresses in its compose files that are another copy's. */
  readonly addresses: readonly StrayAddress[];
}

interface SeenRun {
  readonly state: "none" | "running" | "ended";
  /** When it began, or when it ended. */
  readonly since: string | null;
  /** Null for one that was killed, too. */
  readonly exitStatus: number | null;
}

/** A container of a service, or a service that has none. */
export interface SeenService {
  readonly service: string;
  /** The container's name. */
  readonly container: string | null;
  /** As the engine has it; `absent` without a container, `unknown` when the engine does not answer. */
  readonly state: string;
  readonly exitCode: number | null;
  /** none, starting, healthy, unhealthy */
  readonly health: string;
  /** `http://localhost:19100`, or host and port of what does not speak HTTP. */
  readonly addresses: readonly string[];
}

type Containers = readonly MarkedContainer[];

/** Environments, all or those that are given, in full. Three questions to tmux, and two to each engine. */
export async function listInFull(
  context: Context,
  given?: readonly Environment[],
): Promise<readonly DetailedEnvironment[]> {
  const rows = given ?? context.environments.list();
  const [observed, sessions, containers] = await Promise.all([
    list(context, rows),
    seeSessions(context),
    seeContainers(context, rows),
  ]);
  return observed.map((one, index) => {
    // In the same order.
    const row = rows[index];
    if (row === undefined) throw new Error("there is a row for each environment that was observed");
    const paths = environmentPaths(context.home, one.name);
    const generated = readGeneratedModel(context, one);
    return {
      ...one,
      created: timeOf(paths.markFile),
      dataFolder: paths.dataFolder,
      volumes: generated === undefined ? [] : volumesOf(generated, resourceNameOf(one.name)),
      session: sessions(row, paths),
      run: seeRun(paths),
      services: generated === undefined ? [] : servicesOf(generated, containers(row)),
      shared: generated === undefined ? [] : sharedOf(generated),
      addresses: generated === undefined ? [] : straysOf(generated),
    };
  });
}

/** The containers of each environment; undefined when its engine does not answer, which `list` tells. */
export async function seeContainers(
  { env }: Pick<Context, "env">,
  environments: readonly Environment[],
): Promise<(environment: Environment) => Containers | undefined> {
  const engines = new Set(environments.flatMap((one) => (one.dockerProject === null ? [] : [one.engine])));
  const asked = [...engines].map(async (engine) => {
    const call = { env: selectEngine(callersEnviron(env), engine), cwd: "/" };
    return [engine, await unlessSilent(listProjects(call))] as const;
  });
  const projects = new Map(await Promise.all(asked));
  return ({ dockerProject, engine, mark }) => {
    const found = projects.get(engine);
    if (found === undefined || dockerProject === null) return undefined;
    return (found.get(dockerProject) ?? []).filter(({ owner }) => isContainerOwner(owner, mark));
  };
}

/** The session of each environment, if it is its own: another one may have the name. */
async function seeSessions({ env, home }: Context) {
  const tmux = { env: callersEnviron(env), cwd: "/" };
  const [server, clients] = await Promise.all([
    unlessSilent(findServer(tmux)),
    unlessSilent(countClients(tmux)),
  ]);
  const ofHome = homeMark(home.home);
  return (environment: Environment, paths: EnvironmentPaths) => {
    const name = server && findOwnName({ environment, home: home.home, paths }, server, ofHome);
    const count = name === undefined ? undefined : clients?.get(name);
    return name === undefined || count === undefined ? null : { name, clients: count };
  };
}

async function unlessSilent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof MonoError) return undefined;
    throw error;
  }
}

function seeRun(paths: EnvironmentPaths): SeenRun {
  const token = lastRun(paths);
  if (token === undefined) return { state: "none", since: null, exitStatus: null };
  const exitStatus = statusOfRun(paths, token) ?? null;
  const isRunning = exitStatus === null && !isRunGone(paths, token);
  const sinceMs = isRunning ? msSinceRunBegan(paths) : msSinceRunEnded(paths);
  return {
    state: isRunning ? "running" : "ended",
    since: sinceMs === undefined ? null : new Date(Date.now() - sinceMs).toISOString(),
    exitStatus,
  };
}

function volumesOf({ volumes = {} }: ComposeModel, project: string): readonly string[] {
  return Object.entries(volumes).flatMap(([key, volume]) =>
    volume?.external === true ? [] : [textOf(volume?.["name"] ?? `${project}_${key}`)],
  );
}

function servicesOf(generated: ComposeModel, containers: Containers | undefined): readonly SeenService[] {
  const host = generated["x-mono-host"];
  const ports = publishedPortsOf(generated);
  const addressesOf = (service: string) =>
    ports.filter((port) => port.service === service).map((port) => addressOf(port, host));
  const names = new Set([
    ...Object.keys(generated.services),
    ...(containers ?? []).map(({ service }) => service),
  ]);
  return [...names].flatMap((service): readonly SeenService[] => {
    const own = (containers ?? []).filter((container) => container.service === service);
    if (own.length > 0)
      return own.map(({ exitCode, health, name, state }) => ({
        service,
        container: name,
        state,
        exitCode: state === "exited" ? exitCode : null,
        health,
        addresses: addressesOf(service),
      }));
    // One of a profile that is not active has none, and needs none.
    if (generated.services[service]?.["profiles"] !== undefined) return [];
    const state = containers === undefined ? "unknown" : "absent";
    return [
      { service, state, container: null, exitCode: null, health: "none", addresses: addressesOf(service) },
    ];
  });
}

/** When the file was written; null when it is not there. */
function timeOf(file: string): string | null {
  return statSync(file, { throwIfNoEntry: false })?.mtime.toISOString() ?? null;
}
