/** What an engine has: containers, networks, volumes and images, with their labels. */
import { isMapping, textOf, valueAt } from "../compose/model.ts";
import { ownerLabel } from "../compose/marked.ts";
import { answerDeadlineMs, askDocker, type DockerCall, requireAnswer } from "./ask.ts";
import { linesOf } from "../text/lines.ts";
import { askEngine } from "./engine-socket.ts";
import { filterQuery, projectLabel } from "./labels.ts";
import type { Image, Labels, Thing, ThingKind } from "./ownership.ts";

/** Things with all of these labels, or with one of these names. */
export type Filter = { readonly label: readonly string[] } | { readonly name: readonly string[] };

const kinds = {
  container: { path: "/containers/json?all=1&", list: ["ps", "-aq", "--no-trunc"] },
  network: { path: "/networks?", list: ["network", "ls", "-q", "--no-trunc"] },
  volume: { path: "/volumes?", list: ["volume", "ls", "-q"] },
  image: { path: "/images/json?all=1&", list: ["image", "ls", "-aq", "--no-trunc"] },
} as const;

export const thingKinds = ["container", "network", "volume"] as const;

/** The things of these kinds that match any of the filters. */
export async function listThings(
  call: DockerCall,
  filters: readonly Filter[],
  which: readonly ThingKind[] = thingKinds,
): Promise<readonly Thing[]> {
  const [marked, ...lists] = await Promise.all([
    which.includes("container") ? listImages(call, { label: [ownerLabel] }) : [],
    ...which.flatMap((kind) => filters.map((filter) => listOfKind(call, kind, filter))),
  ]);
  const inheritable = new Set(marked.map(({ id }) => id));
  const things = lists.flat().map((thing) => ({ ...thing, mayInherit: inheritable.has(thing.image) }));
  return [...new Map(things.map((thing) => [`${thing.kind} ${thing.id}`, thing])).values()];
}

/** Candidates for what an environment owns: by the project's label, and by the mark. */
export function candidatesOf(project: string, mark: string): readonly Filter[] {
  return [{ label: [`${projectLabel}=${project}`] }, { label: [`${ownerLabel}=${mark}`] }];
}

async function listOfKind(call: DockerCall, kind: ThingKind, filter: Filter): Promise<readonly Thing[]> {
  const listed = await list(call, kind, filter);
  const things = listed.map((value) => toThing(kind, value));
  // The engine takes a name for a part of one.
  return "name" in filter ? things.filter(({ name }) => filter.name.includes(name)) : things;
}

function toThing(kind: ThingKind, value: unknown): Thing {
  const names: unknown = valueAt(value, "Names");
  const name = Array.isArray(names) ? textOf(names[0]) : textOf(fieldOf(value, "Name"));
  return {
    kind,
    id: kind === "volume" ? name : textOf(fieldOf(value, "Id")),
    name: name.replace(/^\//, ""),
    labels: labelsIn(value),
    image: kind === "container" ? textOf(valueAt(value, "ImageID") ?? valueAt(value, "Image")) : "",
    mayInherit: false,
    volumes: kind === "container" ? volumesIn(valueAt(value, "Mounts")) : [],
  };
}

function volumesIn(mounts: unknown): readonly string[] {
  if (!Array.isArray(mounts)) return [];
  return mounts.flatMap((mount: unknown) =>
    textOf(valueAt(mount, "Type")) === "volume" ? [textOf(valueAt(mount, "Name"))] : [],
  );
}

/** Images, those without a tag too. */
export async function listImages(call: DockerCall, filter: Filter): Promise<readonly Image[]> {
  const listed = await list(call, "image", filter);
  return listed.map((value) => {
    const tags: unknown = valueAt(value, "RepoTags");
    const named = Array.isArray(tags) ? tags.map((tag) => textOf(tag)) : [];
    return {
      id: textOf(fieldOf(value, "Id")),
      tags: named.filter((tag) => tag !== "" && tag !== "<none>:<none>"),
      labels: labelsIn(value),
    };
  });
}

/** Podman writes some of them small. */
function fieldOf(value: unknown, name: string): unknown {
  return valueAt(value, name) ?? valueAt(value, name.toLowerCase());
}

/** Of a list's entry, or of an inspection's, which has them below `Config`. */
function labelsIn(value: unknown): Labels {
  const labels = fieldOf(value, "Labels") ?? valueAt(valueAt(value, "Config"), "Labels");
  return isMapping(labels)
    ? Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, textOf(text)]))
    : {};
}

async function list(call: DockerCall, kind: keyof typeof kinds, filter: Filter): Promise<readonly unknown[]> {
  const answer = await askEngine(call, `${kinds[kind].path}${filterQuery(filter)}`, answerDeadlineMs);
  const listed: unknown = isMapping(answer) ? (answer["Volumes"] ?? []) : answer;
  return Array.isArray(listed) ? listed : await listByDocker(call, kind, filter);
}

async function listByDocker(
  call: DockerCall,
  kind: keyof typeof kinds,
  filter: Filter,
): Promise<readonly unknown[]> {
  const options = Object.entries(filter).flatMap(([name, values]) =>
    values.flatMap((value) => ["--filter", `${name}=${value}`]),
  );
  const ids = new Set(
    linesOf(await requireAnswer(call, [...kinds[kind].list, ...options], `list the ${kind}s`)),
  );
  if (ids.size === 0) return [];
  // Some may have gone since then: docker answers about those that are there, and exits 1 for those that are not.
  const { stdout } = await askDocker(call, [kind, "inspect", ...ids]);
  const inspected: unknown = JSON.parse(stdout.trim() === "" ? "[]" : stdout);
  return Array.isArray(inspected) ? inspected : [];
}
