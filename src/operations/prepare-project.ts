import type { ComposeModel } from "../compose/model.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import { resolveEngine, withEngineId } from "../docker/engine.ts";
import { requireCompose, requireEngine } from "../docker/prerequisites.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { portBlockOf } from "../environment/ports.ts";
import type { PortProbe } from "../host/listening-ports.ts";
import { portsClaimed, projectExists } from "../error/catalogue/containers.ts";
import type { Owner } from "../resources/owner.ts";
import { takePlace } from "../resources/place-on-engine.ts";
import type { Operation } from "./exclusively.ts";
import { readOwner } from "./owner.ts";
import { prepareContainers, reportIsolation } from "./prepare-containers.ts";
import { together } from "./together.ts";

export interface ProjectOptions {
  /** Refuse a compose file that shares something with other environments. */
  readonly strict: boolean;
  /** What docker said before anything was started, if it was asked. */
  readonly docker: KnownDocker | undefined;
}

export interface KnownDocker {
  /** What the engine called itself. */
  readonly engineId: string;
  /** The question for a Compose that is new enough: rejects when it is not. */
  readonly compose: Promise<void>;
  /** Which ports are taken on an engine that is on another machine; undefined for one on this. */
  readonly isAnyPortInUse: PortProbe | undefined;
}

interface PreparedProject {
  readonly environment: Environment;
  readonly files: ComposeFiles;
  readonly model: ComposeModel;
}

/** Makes the private compose file, and writes down where its project will be, before anything of it exists. */
export async function prepareProject(
  operation: Operation,
  registered: Environment,
  files: ComposeFiles,
  { strict, docker }: ProjectOptions,
): Promise<PreparedProject> {
  const { context, narrator } = operation;
  const project = resourceNameOf(registered.name);
  const address = resolveEngine(context.env);
  const known = { ...registered, dockerProject: project, engine: address };
  const owner = readOwner(operation, known);
  if (registered.dockerProject === null) context.environments.update(known);
  const [, [id, prepared]] = await together(
    docker?.compose ?? requireCompose(owner.docker),
    together(askEngineForPlace(owner, registered), prepareContainers(context, owner, files)),
  );
  // An id that the second answer does not repeat identifies nothing: Podman makes a new one each time.
  const isSame = docker === undefined || docker.engineId === id;
  const engine = isSame ? withEngineId(address, id) : address;
  const environment: Environment = { ...registered, dockerProject: project, engine };
  reportIsolation(narrator, prepared, strict);
  context.environments.update(environment);
  return { environment, files, model: prepared.model };
}

/** Returns the engine's id. Without compose files, the place on the engine was not taken before the init script ran. */
async function askEngineForPlace(owner: Owner, registered: Environment): Promise<string> {
  const id = await requireEngine(owner.docker);
  if (registered.dockerProject !== null) return id;
  const occupied = await takePlace(owner);
  if (occupied === undefined) return id;
  const { holder, what } = occupied;
  if (what === "ports") throw portsClaimed({ ...portBlockOf(registered.id), holder });
  throw projectExists({ project: resourceNameOf(registered.name), holder });
}
