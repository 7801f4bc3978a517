/** What a new environment copies from another one, and which containers must not write meanwhile. Pure. */
import type { Mount, StoringContainer } from "../../docker/storage.ts";
import { contains } from "../../environment/paths.ts";

/** A volume that is to hold what another one holds. */
export interface VolumePair {
  readonly from: string;
  readonly to: string;
  /** What a person knows it by: a service and a path in its container. */
  readonly service: string;
  readonly target: string;
}

/** A folder of the source's workspace in which a service keeps its data: it is not copied. */
interface DataBind {
  readonly service: string;
  readonly folder: string;
  readonly target: string;
}

export interface CopyPlan {
  readonly pairs: readonly VolumePair[];
  /** The containers of the source that are running and may write to what is copied. */
  readonly writers: readonly StoringContainer[];
  readonly binds: readonly DataBind[];
}

/** What a service's container stores, identified by what a new environment has in common with an old one. */
export type Storage = Pick<StoringContainer, "service" | "number" | "mounts">;

interface Source {
  readonly containers: readonly StoringContainer[];
  /** What the compose files say, for services whose containers are gone. */
  readonly described: readonly Storage[];
  /** The workspace's folder. */
  readonly workspace: string;
  readonly dataFolder: string;
}

/**
 * Two volumes correspond when service, container number and path in the container are the same. A volume that both
 * environments have is shared, and stays as it is. One that several services of the target have is copied once.
 */
export function planCopy(source: Source, target: readonly StoringContainer[]): CopyPlan {
  const { containers, dataFolder, described, workspace } = source;
  const known = new Set(containers.map(({ service }) => service));
  const storages: readonly Storage[] = [
    ...containers,
    ...described.filter(({ service }) => !known.has(service)),
  ];
  const volumeAt = new Map(storages.flatMap(volumesOf));
  const owned = new Set(volumeAt.values());
  const pairs = new Map<string, VolumePair>();
  for (const container of target) {
    for (const [place, to] of volumesOf(container)) {
      const from = volumeAt.get(place);
      if (from === undefined || owned.has(to) || pairs.has(to)) continue;
      pairs.set(to, {
        from,
        to,
        service: container.service,
        target: place.slice(keyOf(container, "").length),
      });
    }
  }
  const copied = new Set([...pairs.values()].map(({ from }) => from));
  const isCopied = ({ isWritable, kind, source: at }: Mount) =>
    isWritable && (kind === "volume" ? copied.has(at) : kind === "bind" && contains(dataFolder, at));
  return {
    pairs: [...pairs.values()],
    writers: containers.filter(({ mounts, state }) => state === "running" && mounts.some(isCopied)),
    binds: containers.flatMap((container) => dataBindsOf(container, workspace)),
  };
}

function volumesOf(storage: Storage): readonly (readonly [string, string])[] {
  return storage.mounts
    .filter(({ kind }) => kind === "volume")
    .map(({ source, target }) => [keyOf(storage, target), source] as const);
}

function keyOf({ number, service }: Pick<Storage, "number" | "service">, target: string): string {
  return `${service}\n${number}\n${target}`;
}

function dataBindsOf(
  { dataPaths, mounts, service }: StoringContainer,
  workspace: string,
): readonly DataBind[] {
  return mounts
    .filter(({ isWritable, kind, source }) => kind === "bind" && isWritable && contains(workspace, source))
    .filter(({ target }) => dataPaths.some((path) => contains(target, path)))
    .map(({ source, target }) => ({ service, folder: source, target }));
}
