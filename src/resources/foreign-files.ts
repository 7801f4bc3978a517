/**
 * Files in the data folder that belong to another user: containers that run as root leave such in a bind mount. Docker
 * may remove them where mono may not, in a container of an image that the environment has anyway. Nothing but the data
 * folder is mounted there.
 */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { userInfo } from "node:os";
import { textOf, valueAt } from "../compose/model.ts";
import { changeDocker, requireAnswer } from "../docker/ask.ts";
import { listContainerIds } from "../docker/containers.ts";
import { engineHost } from "../docker/engine.ts";
import { labelOptions, projectLabel } from "../docker/labels.ts";
import { dockerAtWorkOf } from "./docker-call.ts";
import type { Owner } from "./owner.ts";

/** A container that can write to the data folder. */
interface Writer {
  readonly id: string;
  readonly image: string;
}

/**
 * Removes them through a container, and says so. Called while the containers are there, since their images go with them.
 * What cannot be removed that way is left to the removal of the data folder, which names it.
 */
export async function removeForeignFiles(owner: Owner): Promise<void> {
  const { docker, environment, narrator, paths } = owner;
  // An engine elsewhere has made none of them: what is at that path there is somebody else's.
  if (environment.dockerProject === null || engineHost(docker.env) !== undefined) return;
  if (!hasForeignFolder(paths.dataFolder)) return;
  const startedAt = performance.now();
  const writers = await findWriters(owner, environment.dockerProject);
  if (writers.length === 0) return;
  const call = dockerAtWorkOf(owner);
  // What runs would make them again.
  await changeDocker(call, ["stop", ...writers.map(({ id }) => id)]);
  const names = readdirSync(paths.dataFolder).map((name) => `/data/${name}`);
  const args = ["-rf", "--", ...names];
  // With the label it is found and removed with the project, should mono be killed meanwhile.
  const own = ["--label", `${projectLabel}=${environment.dockerProject}`, "--user", "0:0"];
  const mount = ["--mount", `type=bind,source=${paths.dataFolder},target=/data`];
  const options = ["run", "--rm", "--network", "none", "--pull", "never", ...own, ...mount];
  for (const image of new Set(writers.map((writer) => writer.image))) {
    const { exitCode, stderr } = await changeDocker(call, [...options, "--entrypoint", "rm", image, ...args]);
    if (exitCode === 0) {
      narrator.done("removed files of other users from the data directory, through a container", startedAt);
      return;
    }
    narrator.note(`the image ${image} cannot remove the files of other users: ${stderr.trim()}`);
  }
}

/** True if there is a folder in it with entries that this user may not remove. */
export function hasForeignFolder(folder: string): boolean {
  const { uid } = userInfo();
  if (uid === 0) return false;
  const isForeign = (path: string): boolean => {
    try {
      if (lstatSync(path).uid !== uid) return true;
      const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      return folders.some((entry) => isForeign(join(path, entry.name)));
    } catch {
      return false; // Gone, or not to be read: its removal says so.
    }
  };
  return isForeign(folder);
}

/** The containers into which the data folder, or a part of it, is mounted. */
async function findWriters(owner: Owner, project: string): Promise<readonly Writer[]> {
  const call = owner.docker;
  const { dataFolder } = owner.paths;
  const ids = await listContainerIds(call, ["-a", ...labelOptions(`${projectLabel}=${project}`)]);
  if (ids.length === 0) return [];
  const args = ["inspect", "--type", "container", ...ids];
  const inspected: unknown = JSON.parse(await requireAnswer(call, args, "inspect the containers"));
  const containers: readonly unknown[] = Array.isArray(inspected) ? inspected : [];
  return containers.flatMap((container) => {
    const mounts = valueAt(container, "Mounts");
    const sources: readonly string[] = Array.isArray(mounts)
      ? mounts.map((mount: unknown) => textOf(valueAt(mount, "Source")))
      : [];
    const isWriter = sources.some((source) => source === dataFolder || source.startsWith(`${dataFolder}/`));
    return isWriter
      ? [{ id: textOf(valueAt(container, "Id")), image: textOf(valueAt(container, "Image")) }]
      : [];
  });
}
