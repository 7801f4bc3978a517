/** `mono init --from`: what a new environment begins with is what another one holds, at one moment. */
import { type ComposeModel, isMapping, textOf } from "../compose/model.ts";
import { inspectStorage, type StoringContainer } from "../docker/storage.ts";
import { listThings } from "../docker/things.ts";
import { isContainerOwner } from "../environment/mark.ts";
import { engineHost, engineIdOf } from "../docker/engine.ts";
import { MonoError } from "../error/mono-error.ts";
import { sourceElsewhere, volumeWithoutContainer } from "../error/catalogue/copy.ts";
import { createContainers } from "../resources/containers.ts";
import { forgetSource, readSource, recordSource } from "../resources/copy/source-record.ts";
import { copyDataFolder } from "../resources/copy/data-folder.ts";
import { endPause, pause } from "../resources/copy/pause.ts";
import { type CopyPlan, planCopy, type Storage, type VolumePair } from "../resources/copy/plan.ts";
import { type Amount, archivePlaces, copyByArchive, copyPlaces, placeOf } from "../resources/copy/volumes.ts";
import { hasForeignFolder } from "../resources/foreign-files.ts";
import { readGenerated } from "../resources/generated-compose-file.ts";
import { requireOwnEngine } from "../resources/own-engine.ts";
import type { Owner } from "../resources/owner.ts";
import type { Project } from "../resources/resource.ts";
import { bytesText } from "../text/bytes.ts";
import { exclusively, type Operation, shortWaitMs } from "./exclusively.ts";
import { readOwner } from "./owner.ts";
import { requireReady } from "./workspace.ts";

/**
 * Copies volumes and data folder of the environment with the path `from`, whose containers that write there are paused
 * meanwhile. Makes the containers of the new one first, which nothing has started yet: with them come its volumes.
 */
export async function copyData(
  operation: Operation,
  owner: Owner,
  project: Project | undefined,
  from: string,
): Promise<void> {
  const { context } = operation;
  const { dockerProject, name } = owner.environment;
  // Before images are pulled and built in vain.
  await requireSameEngine(owner, readOwner(operation, requireReady(context, from)));
  if (project !== undefined) await createContainers(owner, project);
  const target = dockerProject === null ? [] : await inspectStorage(owner.docker, dockerProject);
  recordSource(owner.paths, from);
  // A source is ready, and what waits for one is not: nobody waits for somebody who waits.
  const lock = { command: "init", path: from, name, waitMs: undefined } as const;
  const failure = await exclusively(context, lock, async (atSource) => {
    try {
      const source = readOwner(atSource, requireReady(context, from));
      await endPause(source);
      const plan = await makePlan(source, target);
      await copy(owner, source, plan, target);
      return undefined;
    } catch (error) {
      // Thrown where the source's lock is free again: an interruption has left nothing half done there.
      return { error };
    }
  });
  if (failure !== undefined) throw failure.error;
  forgetSource(owner.paths);
}

/**
 * Ends pauses that a mono which has died has left: of this environment, and of the one that it has copied from. Another
 * mono that works on that one does so itself.
 */
export async function endPausesLeft({ context }: Operation, owner: Owner): Promise<void> {
  await endPause(owner);
  const path = readSource(owner.paths);
  const source = path === undefined ? undefined : context.environments.findByPath(path);
  if (source === undefined) return;
  const { mark, name } = owner.environment;
  const lock = { command: "destroy", path: source.path, name, waitMs: shortWaitMs } as const;
  const undoing = { ...context, interruption: owner.interruption };
  try {
    await exclusively(undoing, lock, (atSource) =>
      endPause(readOwner(atSource, source, owner.interruption), mark),
    );
  } catch (error) {
    if (!(error instanceof MonoError) || error.code !== "held") throw error;
  }
  forgetSource(owner.paths);
}

/** By the engines' own ids where both have one. */
async function requireSameEngine(owner: Owner, source: Owner): Promise<void> {
  const [own, theirs] = [owner.environment.engine, source.environment.engine];
  if (owner.environment.dockerProject === null || source.environment.dockerProject === null) return;
  await requireOwnEngine(source);
  const [ownId, theirId] = [engineIdOf(own), engineIdOf(theirs)];
  const isSame = ownId === undefined || theirId === undefined ? own === theirs : ownId === theirId;
  if (!isSame) throw sourceElsewhere({ source: source.environment.name });
}

async function makePlan(source: Owner, target: readonly StoringContainer[]): Promise<CopyPlan> {
  const { dockerProject, mark, path } = source.environment;
  const found = dockerProject === null ? [] : await inspectStorage(source.docker, dockerProject);
  const model = dockerProject === null ? undefined : readGenerated(source.paths.composeFile);
  const plan = planCopy(
    {
      containers: found.filter(({ owner }) => isContainerOwner(owner, mark)),
      described: model === undefined || dockerProject === null ? [] : describeStorage(dockerProject, model),
      workspace: path,
      dataFolder: source.paths.dataFolder,
    },
    target,
  );
  return { ...plan, pairs: await thoseThatExist(source, plan.pairs) };
}

/** Where the compose files put named volumes. */
function describeStorage(project: string, { services, volumes }: ComposeModel): readonly Storage[] {
  return Object.entries(services).map(([service, { volumes: mounts }]) => ({
    service,
    number: "1",
    mounts: (Array.isArray(mounts) ? mounts : []).flatMap((mount: unknown) => {
      if (!isMapping(mount) || mount["type"] !== "volume") return [];
      const key = textOf(mount["source"]);
      const volume = volumes?.[key];
      if (volume === undefined) return [];
      const source = volume?.external === true ? textOf(volume["name"] ?? key) : `${project}_${key}`;
      return [{ kind: "volume" as const, source, target: textOf(mount["target"]), isWritable: true }];
    }),
  }));
}

/** Docker makes a volume that is not there. */
async function thoseThatExist(
  { docker }: Owner,
  pairs: readonly VolumePair[],
): Promise<readonly VolumePair[]> {
  if (pairs.length === 0) return [];
  const volumes = await listThings(docker, [{ name: pairs.map(({ from }) => from) }], ["volume"]);
  const names = new Set(volumes.map(({ name }) => name));
  return pairs.filter(({ from }) => names.has(from));
}

async function copy(
  owner: Owner,
  source: Owner,
  { binds, pairs, writers }: CopyPlan,
  target: readonly StoringContainer[],
): Promise<void> {
  const { narrator } = owner;
  const { name } = source.environment;
  for (const { folder, service, target: at } of binds) {
    narrator.warn(
      `${service} of ${name} keeps ${at} in its workspace, ${folder}: not copied; a volume in the compose file would be`,
    );
  }
  const isHere = engineHost(owner.docker.env) === undefined;
  const isForeign = isHere && target.length > 0 && hasForeignFolder(source.paths.dataFolder);
  const folder = { kind: "bind", from: source.paths.dataFolder, to: owner.paths.dataFolder } as const;
  const images = [...target, ...writers].map(({ image }) => image);
  const done = narrator.start(`copying the data of ${name}`);
  let amount: Amount | undefined;
  let [pausedAt, pausedMs] = [0, 0];
  const begin = async () => {
    pausedAt = performance.now();
    await pause(source, writers, owner.environment.mark);
  };
  const end = async ({ isFolderCopied }: { readonly isFolderCopied: boolean }) => {
    if (!isFolderCopied) await copyDataFolder(owner, source.paths.dataFolder);
    await endPause(source, owner.environment.mark);
    pausedMs = performance.now() - pausedAt;
  };
  try {
    const places = [...pairs.map(placeOf), ...(isForeign ? [folder] : [])];
    const moment = { begin, end: () => end({ isFolderCopied: isForeign }) };
    if (places.length > 0) amount = await copyPlaces(owner, images, places, moment);
    if (amount === undefined) {
      await begin();
      for (const pair of pairs) await copyPairByArchive(owner, source, pair, target);
      await end({ isFolderCopied: false });
    }
  } catch (error) {
    done(`the data of ${name} was not copied`, "failure");
    await endPause(source, owner.environment.mark);
    throw error;
  }
  done(summaryOf(name, pairs, amount, { writers, pausedMs }));
}

interface PauseTold {
  readonly writers: readonly StoringContainer[];
  readonly pausedMs: number;
}

/** `copied the data of shop-oslo: 2 volumes, 970 files, 1.2 GB; db paused for 1.4 s`. */
function summaryOf(
  name: string,
  pairs: readonly VolumePair[],
  amount: Amount | undefined,
  { pausedMs, writers }: PauseTold,
): string {
  const volumes = pairs.length === 0 ? "the data directory alone" : counted(pairs.length, "volume");
  const size = amount === undefined ? "" : `, ${counted(amount.files, "file")}, ${bytesText(amount.bytes)}`;
  const services = [...new Set(writers.map(({ service }) => service))].join(", ");
  const pauseTold = services === "" ? "" : `; ${services} paused for ${(pausedMs / 1000).toFixed(1)} s`;
  return `copied the data of ${name}: ${volumes}${size}${pauseTold}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

async function copyPairByArchive(
  owner: Owner,
  source: Owner,
  { from, service, target: at, to }: VolumePair,
  target: readonly StoringContainer[],
): Promise<void> {
  const { dockerProject, name } = source.environment;
  const containers = await inspectStorage(source.docker, dockerProject ?? "");
  const holds = (volume: string) => (container: StoringContainer) =>
    container.mounts.some((mount) => mount.source === volume && mount.target === at);
  const [giver, taker] = [containers.find(holds(from)), target.find(holds(to))];
  if (giver === undefined || taker === undefined)
    throw volumeWithoutContainer({ source: name, volume: `${service}:${at}` });
  const places = archivePlaces(giver, taker, at);
  await copyByArchive(owner, places.from, places.to);
}
