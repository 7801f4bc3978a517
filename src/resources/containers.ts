/** The containers, networks, volumes and images of an environment: one Compose project, made private. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseGenerated, serialize, verifyGenerated } from "../compose/generated-file.ts";
import type { ComposeModel } from "../compose/model.ts";
import { privatize } from "../compose/privatize.ts";
import { publishedPortsOf } from "../compose/private-ports.ts";
import { serviceOrder } from "../compose/service-order.ts";
import { findShared, type SharedThing } from "../compose/shared.ts";
import type { DockerCall } from "../docker/ask.ts";
import { composeConfig, downCommand, upCommand } from "../docker/compose.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import { withEngine } from "../docker/engine.ts";
import { isProjectThere, sweepProject } from "../docker/sweep.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { portVariables } from "../environment/variables.ts";
import { isSystemError, MonoError } from "../error/mono-error.ts";
import { stream } from "../process/child.ts";
import type { Owner } from "./owner.ts";
import { waitUntilReady } from "./readiness.ts";

/** A call for this environment: its engine, from a folder that exists. */
export function dockerCallOf({ callersEnv, environment, home, variables }: Owner): DockerCall {
  const env = { ...callersEnv, ...variables() };
  return { env: withEngine(env, environment.engine), cwd: home };
}

/** The private model that was generated last; undefined when there is none. */
export function readGenerated(file: string): ComposeModel | undefined {
  try {
    return parseGenerated(readFileSync(file, "utf8"));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Starts what the workspace's compose files describe, made private, and waits until it is ready. Returns what stays
 * shared with other environments. Idempotent: what runs unchanged is left alone.
 */
export async function ensureContainers(owner: Owner, files: ComposeFiles): Promise<readonly SharedThing[]> {
  const shared = await generate(owner, files);
  const { environment, paths } = owner;
  const project = resourceNameOf(environment.name);
  await work(
    owner,
    "docker compose",
    upCommand(project, files.directory, paths.composeFile, files.profileOptions),
  );
  const done = owner.narrator.start("waiting for the containers to be ready");
  await waitUntilReady(dockerCallOf(owner), project, owner.interruption);
  done("containers are ready");
  return shared;
}

/** Writes the private compose file, and makes sure that Compose reads it as it was meant. */
async function generate(owner: Owner, files: ComposeFiles): Promise<readonly SharedThing[]> {
  const { environment, paths, narrator } = owner;
  const startedAt = performance.now();
  const project = resourceNameOf(environment.name);
  const call = composeCallOf(owner);
  const { model, warnings } = await composeConfig(call, project, files.options);
  for (const warning of warnings) narrator.note(`docker compose config: ${warning}`);
  const texts = files.files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
  const order = serviceOrder(texts, Object.keys(model.services));
  const previous = readGenerated(paths.composeFile);
  const meant = privatize(model, { project, id: environment.id, order, previous });
  portVariables(publishedPortsOf(meant));
  replaceFile(paths.composeFile, serialize(meant));
  const read = await composeConfig(call, project, [
    "--project-directory",
    files.directory,
    "-f",
    paths.composeFile,
  ]);
  verifyGenerated(meant, read.model, environment.id);
  narrator.done("made the private compose file", startedAt);
  return findShared(model, environment.path);
}

/** For reading the workspace's own files: in the workspace, without a COMPOSE_FILE of mono's own. */
function composeCallOf(owner: Owner): DockerCall {
  const { COMPOSE_FILE: _file, COMPOSE_PROJECT_NAME: _project, ...own } = owner.variables();
  const env = withEngine({ ...owner.callersEnv, ...own }, owner.environment.engine);
  return { env, cwd: owner.environment.path };
}

/** Holds secrets: for the user alone. Replaced as a whole, since another mono may be reading it. */
function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Removes everything of the project from the engine, and makes sure that it is gone. */
export async function removeContainers(owner: Owner): Promise<void> {
  const project = owner.environment.dockerProject;
  if (project === null) return;
  const call = dockerCallOf(owner);
  await work(owner, "docker compose", downCommand(project));
  await sweepProject(call, project);
}

/** Runs a docker command, its output passed on; throws with its last lines when it fails. */
async function work(owner: Owner, name: string, argv: [string, ...string[]]): Promise<void> {
  const { narrator, interruption, recordGroup, paths } = owner;
  const done = narrator.start(`running: ${argv.join(" ")}`);
  const output = narrator.listen();
  const scratchFolder = existsSync(paths.ownFolder) ? paths.ownFolder : owner.home;
  const { env, cwd } = dockerCallOf(owner);
  const onOutput = output.write;
  const status = await stream({ argv, env, cwd, interruption, recordGroup, scratchFolder, onOutput });
  const details = output.close();
  done(`${name} completed (exit ${status})`, status === 0 ? "success" : "failure");
  if (status === 0) return;
  throw new MonoError(`docker compose ${argv.includes("up") ? "up" : "down"} exited with ${status}`, {
    details,
  });
}

/** True if the engine has something of that project: whoever has not made it must not adopt it. */
export async function isForeignProject(call: DockerCall, project: string): Promise<boolean> {
  return await isProjectThere(call, project);
}
