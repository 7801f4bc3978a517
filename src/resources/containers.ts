/** The containers, networks, volumes and images of an environment: one Compose project, made private. */
import type { ComposeModel } from "../compose/model.ts";
import { assignSubnets } from "../compose/subnets.ts";
import { createProgressFilter } from "../docker/compose-output.ts";
import { downArguments, stopArguments, upArguments } from "../docker/compose.ts";
import { composeCommand } from "../docker/compose-plugin.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import { networkSubnets } from "../docker/networks.ts";
import { sweepProject } from "../docker/sweep.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { composeFailed } from "../error/catalogue/containers.ts";
import { MonoError } from "../error/mono-error.ts";
import { hostRoutes } from "../host/routes.ts";
import { stream } from "../process/child.ts";
import { ensureOwnFolder } from "./data-folder.ts";
import { dockerAtWorkOf, dockerCallOf } from "./docker-call.ts";
import type { Owner } from "./owner.ts";
import { explainPortConflict } from "./port-conflict.ts";
import { replaceComposeFile } from "./private-compose-file.ts";
import { waitUntilReady } from "./readiness.ts";

/** How often another environment may take the subnets that were chosen before ours has them. */
const subnetAttempts = 5;

/**
 * Starts what the private compose file describes, and waits until it is ready. Idempotent: what runs unchanged is
 * left alone.
 */
export async function ensureContainers(
  owner: Owner,
  files: ComposeFiles,
  model: ComposeModel,
): Promise<void> {
  const project = resourceNameOf(owner.environment.name);
  try {
    await up(owner, files, model);
  } catch (error) {
    const isNew = owner.environment.phase === "initializing";
    throw await explainPortConflict(dockerCallOf(owner), { project, model, isNew }, error);
  }
  const done = owner.narrator.start("waiting for the containers to be ready");
  await waitUntilReady(dockerCallOf(owner), project, owner);
  done("containers are ready");
}

/** Docker's own address pools hold about thirty networks; past that, the environment gets subnets of its own. */
async function up(owner: Owner, files: ComposeFiles, model: ComposeModel): Promise<void> {
  const { environment, narrator, paths } = owner;
  const project = resourceNameOf(environment.name);
  const args = upArguments(project, files.directory, paths.composeFile, files.profileOptions);
  for (let attempt = 0; ; attempt++) {
    try {
      await work(owner, "up", args);
      return;
    } catch (error) {
      if (!isOutOfSubnets(error) || attempt === subnetAttempts) throw error;
    }
    const taken = [...hostRoutes(), ...(await networkSubnets(dockerCallOf(owner)))];
    const withSubnets = assignSubnets(model, taken, environment.id + attempt);
    narrator.warn("Docker's address pools are used up: the networks get small subnets of their own");
    // Without the volumes: the environment may be one that has been in use for days.
    await work(owner, "down", stopArguments(project));
    await replaceComposeFile(owner, files, withSubnets);
  }
}

/** Docker has no code for it, only these words: the pools are empty, or somebody has just taken the same subnet. */
function isOutOfSubnets(error: unknown): boolean {
  const words = /non-overlapping IPv4 address pool|fully subnetted|Pool overlaps with other one/;
  return error instanceof MonoError && error.details.some((line) => words.test(line));
}

/** How long an engine may take for what a killed client has asked of it, in milliseconds. */
const engineLagMs = 1500;

/** Removes everything of the project from the engine, and makes sure that it is gone. */
export async function removeContainers(owner: Owner): Promise<void> {
  const project = owner.environment.dockerProject;
  if (project === null) return;
  ensureOwnFolder(owner);
  await down(owner, project);
  await sweepProject(dockerAtWorkOf(owner), project, owner.mayEngineLag ? engineLagMs : 0);
}

/** Ends the containers as they wish to be ended; a second signal cuts that short, and leaves them to the sweep. */
async function down(owner: Owner, project: string): Promise<void> {
  const { interruption, narrator } = owner;
  const first = AbortSignal.any([interruption.first, interruption.second]);
  try {
    await work({ ...owner, interruption: { ...interruption, first } }, "down", downArguments(project));
  } catch (error) {
    if (interruption.first.aborted || !interruption.second.aborted) throw error;
    narrator.note("docker compose down was cut short: the containers are removed as they are");
  }
}

/** Runs a docker command, its output passed on; throws with its last lines when it fails. */
async function work(owner: Owner, name: "up" | "down", args: readonly string[]): Promise<void> {
  const { narrator, interruption, recordGroup, paths } = owner;
  const done = narrator.start(`running: docker compose ${args.join(" ")}`, `running docker compose ${name}`);
  const output = narrator.listen(createProgressFilter());
  const status = await stream({
    ...composeCommand(dockerCallOf(owner), args),
    interruption,
    recordGroup,
    scratchFolder: paths.ownFolder,
    onOutput: output.write,
  });
  const details = output.close();
  done(`docker compose completed (exit ${status})`, status === 0 ? "success" : "failure");
  if (status !== 0) throw composeFailed({ command: name, status }, { details });
}
