/** Removes what an environment owns on the engine: what its mark says, and nothing else. */
import { imageLabel } from "../compose/marked.ts";
import { partsLeft } from "../error/catalogue/containers.ts";
import { changeDocker, type DockerAtWork, type DockerCall } from "./ask.ts";
import { lastLines } from "../text/lines.ts";
import { projectLabel } from "./labels.ts";
import { describeThing, type Image, judge, type Owning, tagsOfMono, type Thing } from "./ownership.ts";
import { candidatesOf, listImages, listThings, thingKinds } from "./things.ts";

const removals = {
  container: ["rm", "-f", "-v"],
  network: ["network", "rm"],
  volume: ["volume", "rm", "-f"],
} as const;

/** What the engine has of an environment, and what only looks like it. */
export interface Found {
  readonly ours: readonly Thing[];
  /** With the project's label or the mark, and yet not the environment's: `judge` says so. */
  readonly others: readonly Thing[];
}

export async function findOwned(call: DockerCall, owning: Owning): Promise<Found> {
  const things = await listThings(call, candidatesOf(owning.project, owning.mark));
  const isOurs = (thing: Thing) => judge(thing, owning) === "ours";
  return { ours: things.filter(isOurs), others: things.filter((thing) => !isOurs(thing)) };
}

/** Milliseconds between two looks at an engine that may still be making things. */
const lookEveryMs = 100;

/**
 * Removes all that is the environment's. Throws naming what stays. An engine continues what a killed client has asked
 * it for: it is looked at until `settleMs` milliseconds are over, and nothing has appeared since.
 */
export async function removeOwned(call: DockerAtWork, owning: Owning, settleMs: number): Promise<void> {
  const settled = performance.now() + settleMs;
  for (;;) {
    const isSettled = performance.now() >= settled;
    const complaints = await removeThings(call, (await findOwned(call, owning)).ours);
    const { ours } = await findOwned(call, owning);
    if (isSettled && ours.length === 0) return;
    if (isSettled)
      throw partsLeft({ project: owning.project, parts: ours.map(describeThing) }, { details: complaints });
    await Bun.sleep(lookEveryMs);
  }
}

/** Removes things kind by kind; returns what docker said against it. */
async function removeThings(call: DockerAtWork, things: readonly Thing[]): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const kind of thingKinds) {
    const ids = things.filter((thing) => thing.kind === kind).map(({ id }) => id);
    if (ids.length === 0) continue;
    const { exitCode, stderr } = await changeDocker(call, [...removals[kind], ...ids]);
    if (exitCode !== 0) complaints.push(...lastLines(stderr));
  }
  return complaints;
}

/** Removes volumes of removed containers. One that somebody else's container uses by now stays. */
export async function removeVolumes(call: DockerAtWork, names: readonly string[]): Promise<void> {
  for (const name of names) await changeDocker(call, ["volume", "rm", name]);
}

/** Ends containers as they wish to be ended. */
export async function stopContainers(call: DockerAtWork, things: readonly Thing[]): Promise<void> {
  const ids = things.filter(({ kind }) => kind === "container").map(({ id }) => id);
  if (ids.length > 0) await changeDocker(call, ["stop", ...ids]);
}

/** The images of an environment: those with the names that mono gave, and those without one that its containers ran. */
export async function findOwnImages(
  call: DockerCall,
  owning: Owning,
  containers: readonly Thing[],
): Promise<readonly string[]> {
  const found = await Promise.all([
    listImages(call, { label: [`${imageLabel}=${owning.mark}`] }),
    listImages(call, { label: [`${projectLabel}=${owning.project}`] }),
  ]);
  const used = new Set(containers.map(({ image }) => image));
  const isNameless = ({ id, labels, tags }: Image) =>
    tags.length === 0 && used.has(id) && labels[imageLabel] === owning.mark;
  return [
    ...new Set(found.flat().flatMap((image) => (isNameless(image) ? [image.id] : tagsOfMono(image, owning)))),
  ];
}

/** Removes images by these names, without force; returns those that docker keeps, since somebody uses them. */
export async function removeImages(call: DockerAtWork, names: readonly string[]): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const name of names) {
    const { exitCode, stderr } = await changeDocker(call, ["image", "rm", name]);
    if (exitCode !== 0 && !/no such image/i.test(stderr)) kept.push(name);
  }
  return kept;
}
