/** The containers, networks, volumes and images of an environment: one Compose project, made private. */
import { type ComposeModel, textOf } from "../compose/model.ts";
import { assignSubnets } from "../compose/subnets.ts";
import { createProgressFilter } from "../docker/compose-output.ts";
import {
  type Bringing,
  downArguments,
  hurryArguments,
  restArguments,
  stopArguments,
  upArguments,
} from "../docker/compose-calls.ts";
import { composeCommand } from "../docker/compose-plugin.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import { networkSubnets } from "../docker/networks.ts";
import { anonymousVolumes, describeThing, isComposes, type Thing } from "../docker/ownership.ts";
import {
  findOwned,
  findOwnImages,
  type Found,
  removeImages,
  removeOwned,
  removeVolumes,
  stopContainers,
} from "../docker/remove-owned.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { composeFailed, namesMeet } from "../error/catalogue/containers.ts";
import { isFailure, MonoError, retold } from "../error/mono-error.ts";
import { hostRoutes } from "../host/routes.ts";
import { stream } from "../process/child.ts";
import { ensureOwnFolder } from "./data-folder.ts";
import { dockerAtWorkOf } from "./docker-call.ts";
import { readGenerated, requireGenerated } from "./generated-compose-file.ts";
import type { Owner } from "./owner.ts";
import { areForwardedLate, waitUntilForwarded } from "./forwarded-ports.ts";
import { explainPortConflict } from "./port-conflict.ts";
import {
  claimVolumes,
  findStrangersIn,
  isNew,
  leaveClaims,
  owningOf,
  requireOwnPlace,
  takePlace,
} from "./place-on-engine.ts";
import { replaceComposeFile } from "./private-compose-file.ts";
import { recordReady } from "./own-record.ts";
import { explainFailedContainer, waitUntilReady } from "./readiness.ts";
import type { Project } from "./resource.ts";

/** How often another environment may take the subnets that were chosen before ours has them. */
const subnetAttempts = 5;

/**
 * Starts what the private compose file describes, and waits until it is ready. Idempotent: what runs unchanged is
 * left alone.
 */
export async function ensureContainers(owner: Owner, { files, model }: Project): Promise<void> {
  const project = resourceNameOf(owner.environment.name);
  await takeOwnPlace(owner, model);
  try {
    await bring("up", owner, files, model);
  } catch (error) {
    const explained = await explainPortConflict(owner.docker, { project, model, isNew: isNew(owner) }, error);
    throw explained === error ? await explainFailedContainer(owner.docker, project, error) : explained;
  }
  // Looked at again: another home's may have come in the meantime, and Compose takes what is there.
  if (await requireOwnPlace(owner, model)) await leaveClaims(owner);
  const done = owner.narrator.start("waiting for the containers to be ready");
  const containers = await waitUntilReady(owner.docker, project, owner);
  if (areForwardedLate(owner.docker.env)) {
    const running = containers.filter(({ state }) => state === "running");
    await waitUntilForwarded(owner, model, new Set(running.map(({ service }) => service)));
  }
  recordReady(owner.paths, containers);
  done("containers are ready");
}

/** Makes the containers with their networks and volumes, and starts none: `ensureContainers` does. */
export async function createContainers(owner: Owner, { files, model }: Project): Promise<void> {
  await takeOwnPlace(owner, model);
  await bring("create", owner, files, model);
}

/** What a person has removed by hand has to be claimed again: another home may have taken the name since. */
async function takeOwnPlace(owner: Owner, model: ComposeModel): Promise<void> {
  await claimVolumes(owner, model);
  const isThere = await requireOwnPlace(owner, model);
  if (isThere || isNew(owner)) return;
  const occupied = await takePlace(owner);
  if (occupied === undefined) return;
  await leaveClaims(owner);
  throw namesMeet({
    project: resourceNameOf(owner.environment.name),
    things: [occupied.holder],
    isNew: false,
  });
}

/** Docker's own address pools hold about thirty networks; past that, the environment gets subnets of its own. */
async function bring(how: Bringing, owner: Owner, files: ComposeFiles, model: ComposeModel): Promise<void> {
  const { environment, narrator, paths } = owner;
  const project = resourceNameOf(environment.name);
  const args = upArguments(how, project, files.directory, paths.composeFile, model["x-mono-profiles"] ?? []);
  for (let attempt = 0; ; attempt++) {
    try {
      await work(owner, how, args);
      return;
    } catch (error) {
      if (!isOutOfSubnets(error) || attempt === subnetAttempts) throw error;
    }
    const taken = [...hostRoutes(), ...(await networkSubnets(owner.docker))];
    const withSubnets = assignSubnets(model, taken, environment.id + attempt);
    narrator.warn("Docker's address pools are used up: the networks get small subnets of their own");
    // Without the volumes: the environment may be one that has been in use for days.
    await work(owner, "down", stopArguments(project));
    await replaceComposeFile(owner, files, {
      source: requireGenerated(paths.composeFile),
      meant: withSubnets,
    });
  }
}

/** Docker has no code for it, only these words: the pools are empty, or somebody has just taken the same subnet. */
function isOutOfSubnets(error: unknown): boolean {
  const words = /non-overlapping IPv4 address pool|fully subnetted|Pool overlaps with other one/;
  return error instanceof MonoError && error.details.some((line) => words.test(line));
}

/** How long an engine may take for what a killed client has asked of it, in milliseconds. */
const engineLagMs = 1500;

/**
 * Removes everything of the environment from the engine, and makes sure that it is gone. Names what only looks like it.
 * With `force`, a provider that fails does not keep the rest.
 */
export async function removeContainers(owner: Owner, force = false): Promise<void> {
  const { environment, narrator } = owner;
  const project = environment.dockerProject;
  if (project === null) return;
  ensureOwnFolder(owner);
  const call = dockerAtWorkOf(owner);
  const owning = owningOf(environment);
  const found = await findAround(owner, project);
  if (found.others.length > 0)
    narrator.warn(
      `left alone, since it only has names or labels of ${project}: ${found.others.map(describeThing).join(", ")}`,
    );
  const images = await findOwnImages(call, owning, found.ours);
  const anonymous = anonymousOf(owner, found.ours);
  await endContainers(owner, found, { force, project });
  await removeOwned(call, owning, owner.mayEngineLag ? engineLagMs : 0);
  await removeVolumes(call, anonymous);
  for (const image of await removeImages(call, images))
    narrator.warn(`the image ${image} stays: somebody uses it`);
}

/** Stops the containers, each as its service wants to be stopped, and removes nothing. */
export async function stopProject(owner: Owner, project: string): Promise<void> {
  ensureOwnFolder(owner);
  const { ours, isMixed } = await findAround(owner, project);
  if (!ours.some(({ kind }) => kind === "container")) return;
  const file = owner.paths.composeFile;
  if (isMixed || readGenerated(file) === undefined) await stopContainers(dockerAtWorkOf(owner), ours);
  else await work(owner, "stop", restArguments(project, file));
}

/** None without the private compose file: which volumes are a person's cannot be told then. */
function anonymousOf({ paths }: Owner, ours: readonly Thing[]): readonly string[] {
  const model = readGenerated(paths.composeFile);
  if (model === undefined) return [];
  const lenders = Object.values(model.services).flatMap(({ volumes_from: from }) =>
    Array.isArray(from) ? from : [],
  );
  if (lenders.some((lender) => String(lender).startsWith("container:"))) return [];
  const named = Object.values(model.volumes ?? {}).map((volume) => textOf(volume?.["name"]));
  return anonymousVolumes(ours, new Set(named));
}

interface FoundAround extends Found {
  /** True if `docker compose down` would meet something of somebody else's. */
  readonly isMixed: boolean;
}

/** What is the environment's, and what `docker compose down` would take for it: it removes volumes by their names alone. */
async function findAround(owner: Owner, project: string): Promise<FoundAround> {
  const { ours, others } = await findOwned(dockerAtWorkOf(owner), owningOf(owner.environment));
  const model = readGenerated(owner.paths.composeFile);
  const named = model === undefined ? [] : await findStrangersIn(owner, model);
  const known = new Set(others.map(describeThing));
  const further = named.filter((thing) => !known.has(describeThing(thing)));
  return {
    ours,
    others: [...others, ...further],
    isMixed: further.length > 0 || others.some((thing) => isComposes(thing, project)),
  };
}

interface Down {
  readonly project: string;
  /** Go on without a provider that fails. */
  readonly force: boolean;
}

/** By `docker compose down` only where it can meet nothing of anybody else's: it takes all with the project's label. */
async function endContainers(
  owner: Owner,
  { ours, isMixed }: FoundAround,
  { force, project }: Down,
): Promise<void> {
  if (!ours.some((thing) => isComposes(thing, project))) return;
  if (isMixed) await stopContainers(dockerAtWorkOf(owner), ours);
  else await down(owner, { force, project });
}

/** Ends the containers as they wish to be ended; a second signal cuts that short, and leaves them to the sweep. */
async function down(owner: Owner, { force, project }: Down): Promise<void> {
  const { interruption, narrator } = owner;
  const first = AbortSignal.any([interruption.first, interruption.second]);
  const hurried = { ...owner, interruption: { ...interruption, first } };
  try {
    if (!(await downByFile(hurried, project, force))) await work(hurried, "down", downArguments(project));
  } catch (error) {
    // A second signal cuts the ends of the containers short, and leaves them to the sweep.
    if (interruption.first.aborted || !interruption.second.aborted) throw error;
    narrator.note("docker compose down was cut short: the containers are removed as they are");
  }
}

/**
 * Ends the containers as the private compose file says: hooks and providers have their turn, and a service that asks for
 * time gets it. False when there is no such file, or Compose cannot do it by the file.
 */
async function downByFile(owner: Owner, project: string, force: boolean): Promise<boolean> {
  const file = owner.paths.composeFile;
  const model = readGenerated(file);
  if (model === undefined) return false;
  const services = Object.entries(model.services);
  const hasPeriod = services.some(([, service]) => service["stop_grace_period"] !== undefined);
  const others = services.flatMap(([name, { stop_grace_period: period, provider }]) =>
    period === undefined && provider === undefined ? [name] : [],
  );
  try {
    if (hasPeriod && others.length > 0) await work(owner, "stop", hurryArguments(project, file, others));
    await work(owner, "down", downArguments(project, file, !hasPeriod));
    return true;
  } catch (error) {
    if (!isFailure(error)) throw error;
    const hasProvider = services.some(([, { provider }]) => provider !== undefined);
    if (hasProvider && !force) throw retold(error, { message: error.message, hint: goOnWithoutProvider });
    owner.narrator.warn(`${error.message}: removing the containers without their hooks`);
    return false;
  }
}

const goOnWithoutProvider =
  "a provider may have something left: fix what it says and run mono destroy again, or leave that: mono destroy --force";

/** Runs a docker command, its output passed on; throws with its last lines when it fails. */
async function work(owner: Owner, name: Bringing | "stop" | "down", args: readonly string[]): Promise<void> {
  const { narrator, interruption, recordGroup, paths } = owner;
  const done = narrator.start(`running: docker compose ${args.join(" ")}`, `running docker compose ${name}`);
  const output = narrator.listen(createProgressFilter());
  const status = await stream({
    ...composeCommand(owner.docker, args),
    interruption,
    recordGroup,
    scratchFolder: paths.ownFolder,
    onOutput: output.write,
  });
  const details = output.close();
  if (status === 0) return done("docker compose completed (exit 0)", "success");
  done(`docker compose failed (exit ${status})`, "failure");
  throw composeFailed({ command: name, status }, { details });
}
