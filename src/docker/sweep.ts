/** Everything of a Compose project that the engine still has, found by label, and its removal. */
import { partsLeft } from "../error/catalogue/containers.ts";
import { isMapping, textOf, valueAt } from "../compose/model.ts";
import {
  answerDeadlineMs,
  changeDocker,
  type DockerAtWork,
  type DockerCall,
  lastLines,
  linesOf,
  requireAnswer,
} from "./ask.ts";
import { askEngine } from "./engine-socket.ts";
import { labelOptions, labelQuery, projectLabel } from "./labels.ts";

const kinds = [
  {
    kind: "container",
    path: "/containers/json?all=1&",
    list: ["ps", "-aq", "--no-trunc"],
    remove: ["rm", "-f", "-v"],
  },
  { kind: "network", path: "/networks?", list: ["network", "ls", "-q"], remove: ["network", "rm"] },
  { kind: "volume", path: "/volumes?", list: ["volume", "ls", "-q"], remove: ["volume", "rm", "-f"] },
  { kind: "image", path: "/images/json?", list: ["image", "ls", "-q"], remove: ["image", "rm", "-f"] },
] as const;

type Kind = (typeof kinds)[number];

/** True if the engine has a container, network or volume of that project. */
export async function isProjectThere(call: DockerCall, project: string): Promise<boolean> {
  const found = await Promise.all(
    kinds.filter(({ kind }) => kind !== "image").map((kind) => listKind(call, kind, project)),
  );
  return found.flat().length > 0;
}

/** Milliseconds between two looks at an engine that may still be making things. */
const lookEveryMs = 100;

/**
 * Removes what `docker compose down` leaves: what `docker compose run` made, for one. Throws naming what stays.
 * An engine goes on with what a killed client has asked it for: the sweep looks again until `settleMs` milliseconds
 * are over, and nothing has appeared since.
 */
export async function sweepProject(call: DockerAtWork, project: string, settleMs: number): Promise<void> {
  const settled = performance.now() + settleMs;
  for (;;) {
    const isSettled = performance.now() >= settled;
    const complaints = await removeParts(call, project);
    const left = await listParts(call, project);
    if (isSettled && left.length === 0) return;
    if (isSettled) {
      throw partsLeft({ project, parts: left }, { details: complaints });
    }
    await Bun.sleep(lookEveryMs);
  }
}

/** Removes what is there, kind by kind; returns what docker said against it. */
async function removeParts(call: DockerAtWork, project: string): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const kind of kinds) {
    const ids = await listKind(call, kind, project);
    if (ids.length === 0) continue;
    const { exitCode, stderr } = await changeDocker(call, [...kind.remove, ...ids]);
    if (exitCode !== 0) complaints.push(...lastLines(stderr));
  }
  return complaints;
}

async function listParts(call: DockerCall, project: string): Promise<readonly string[]> {
  const found = await Promise.all(
    kinds.map(async (kind) => (await listKind(call, kind, project)).map((id) => `${kind.kind} ${id}`)),
  );
  return found.flat();
}

async function listKind(call: DockerCall, kind: Kind, project: string): Promise<readonly string[]> {
  const label = `${projectLabel}=${project}`;
  const answer = await askEngine(call, `${kind.path}${labelQuery(label)}`, answerDeadlineMs);
  const ids = answer === undefined ? await listByDocker(call, kind, project) : idsIn(answer);
  return [...new Set(ids)];
}

async function listByDocker(call: DockerCall, kind: Kind, project: string): Promise<readonly string[]> {
  const args = [...kind.list, ...labelOptions(`${projectLabel}=${project}`)];
  return linesOf(await requireAnswer(call, args, `list the ${kind.kind}s of ${project}`));
}

/** An engine's list: of things with an id, or under `Volumes` of those with a name alone. */
function idsIn(answer: unknown): string[] {
  const things: unknown = isMapping(answer) ? answer["Volumes"] : answer;
  return Array.isArray(things)
    ? things.map((thing: unknown) => textOf(valueAt(thing, "Id") ?? valueAt(thing, "Name")))
    : [];
}
