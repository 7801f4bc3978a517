/** Everything of a Compose project that the engine still has, found by label, and its removal. */
import { MonoError } from "../error/mono-error.ts";
import { askDocker, type DockerCall, lastLines, linesOf, requireAnswer } from "./ask.ts";
import { projectLabel } from "./containers.ts";

const kinds = [
  { kind: "container", list: ["ps", "-aq", "--no-trunc"], remove: ["rm", "-f", "-v"] },
  { kind: "network", list: ["network", "ls", "-q"], remove: ["network", "rm"] },
  { kind: "volume", list: ["volume", "ls", "-q"], remove: ["volume", "rm", "-f"] },
  { kind: "image", list: ["image", "ls", "-q"], remove: ["image", "rm", "-f"] },
] as const;

type Kind = (typeof kinds)[number];

/** True if the engine has a container, network or volume of that project. */
export async function isProjectThere(call: DockerCall, project: string): Promise<boolean> {
  const found = await Promise.all(
    kinds.filter(({ kind }) => kind !== "image").map((kind) => listKind(call, kind, project)),
  );
  return found.flat().length > 0;
}

/** Removes what `docker compose down` leaves: what `docker compose run` made, for one. Throws naming what stays. */
export async function sweepProject(call: DockerCall, project: string): Promise<void> {
  const complaints: string[] = [];
  for (const kind of kinds) {
    const ids = await listKind(call, kind, project);
    if (ids.length === 0) continue;
    const { exitCode, stderr } = await askDocker(call, [...kind.remove, ...ids]);
    if (exitCode !== 0) complaints.push(...lastLines(stderr));
  }
  const left = await Promise.all(
    kinds.map(async (kind) => (await listKind(call, kind, project)).map((id) => `${kind.kind} ${id}`)),
  );
  if (left.flat().length === 0) return;
  throw new MonoError(`Docker still has parts of ${project}: ${left.flat().join(", ")}`, {
    details: complaints,
    hint: "remove what uses them, then run mono destroy again: it goes on from here",
  });
}

async function listKind(call: DockerCall, kind: Kind, project: string): Promise<string[]> {
  const filter = `label=${projectLabel}=${project}`;
  const args = [...kind.list, "--filter", filter];
  return [...new Set(linesOf(await requireAnswer(call, args, `list the ${kind.kind}s of ${project}`)))];
}
