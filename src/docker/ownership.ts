/**
 * Whose a thing on the engine is. Names and labels that others can have find candidates; the mark decides. Pure.
 *
 * An image hands its labels to its containers, and a container to the images that are committed from it. So a container
 * whose image carries a mark has to have the name that Compose gives, too: the label may be inherited.
 */
import { imageLabel, ownerLabel, tagLabel } from "../compose/marked.ts";
import { isOldMark } from "../environment/mark.ts";
import {
  configHashLabel,
  networkLabel,
  numberLabel,
  projectLabel,
  serviceLabel,
  slugLabel,
  volumeLabel,
} from "./labels.ts";

export type ThingKind = "container" | "network" | "volume";
export type Labels = Readonly<Record<string, string>>;

/** Something that the engine has. */
export interface Thing {
  readonly kind: ThingKind;
  /** What it is removed by: of a volume its name. */
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  /** The id of a container's image; empty for anything else. */
  readonly image: string;
  /** True for a container whose image carries a mark: its own may be inherited. */
  readonly mayInherit: boolean;
  /** The volumes in a container, by their names. */
  readonly volumes: readonly string[];
}

export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Labels;
}

/** Whose things are looked for. */
export interface Owning {
  readonly project: string;
  readonly mark: string;
}

type Verdict = "ours" | "another's" | "nobody's";

export function judge(thing: Thing, { mark, project }: Owning): Verdict {
  const found = thing.labels[ownerLabel];
  if (found !== undefined && found !== mark) return "another's";
  if (found === undefined && !(isOldMark(mark) && thing.labels[projectLabel] === project)) return "nobody's";
  const mayBeBorrowed = found === undefined || thing.mayInherit;
  return mayBeBorrowed && !hasComposesName(thing) ? "nobody's" : "ours";
}

/** True for the name that Compose gives to a thing with these labels. */
function hasComposesName({ kind, labels, name }: Thing): boolean {
  const project = labels[projectLabel];
  switch (kind) {
    case "network":
      return name === `${project}_${labels[networkLabel]}`;
    case "volume":
      return name === `${project}_${labels[volumeLabel]}`;
    case "container":
      return composeNames(labels).some(
        (own) => name === own || (/^[0-9a-f]{12}_/.test(name) && name.slice(13) === own),
      );
  }
}

/** Of a service, and of `docker compose run`. While Compose replaces a container, its id stands before the name. */
function composeNames(labels: Labels): readonly string[] {
  const service = `${labels[projectLabel]}-${labels[serviceLabel]}`;
  const slug = labels[slugLabel];
  return slug === undefined
    ? [`${service}-${labels[numberLabel]}`]
    : [`${service}-run-${slug.slice(0, 12)}`, `${service}-run-${slug}`];
}

/** True for what `docker compose up` and `down` would take for a part of the project, and replace or remove. */
export function isComposes({ kind, labels }: Thing, project: string): boolean {
  return labels[projectLabel] === project && (kind !== "container" || labels[configHashLabel] !== undefined);
}

/**
 * The anonymous volumes of these containers. A container that Compose has made again got those of the one before by their
 * names, so that they do not go with it. The volumes that the compose files name are the person's, and so are those which
 * `docker compose run -v` was given.
 */
export function anonymousVolumes(
  containers: readonly Thing[],
  named: ReadonlySet<string>,
): readonly string[] {
  const lasting = containers.filter(({ labels }) => labels[slugLabel] === undefined);
  const volumes = lasting.flatMap((container) => container.volumes);
  return [...new Set(volumes)].filter((name) => /^[0-9a-f]{64}$/.test(name) && !named.has(name));
}

/** The tags of an image that mono gave it: the names of built services. Those which a person gave are the person's. */
export function tagsOfMono(image: Image, { mark, project }: Owning): readonly string[] {
  const found = image.labels[imageLabel];
  const isOld = found === undefined && isOldMark(mark) && image.labels[projectLabel] === project;
  return found === mark || isOld ? tagsInPlace(image, project) : [];
}

/** The tags in the place of the project's built images that another environment gave: Compose would run those images. */
export function strangersTags(image: Image, { mark, project }: Owning): readonly string[] {
  const found = image.labels[imageLabel];
  if (found === mark || (found === undefined && isOldMark(mark))) return [];
  return tagsInPlace(image, project);
}

function tagsInPlace({ labels, tags }: Image, project: string): readonly string[] {
  const own = labels[tagLabel];
  const service = labels[serviceLabel];
  if (own !== undefined) return tags.filter((tag) => tag === own);
  if (service !== undefined) return tags.filter((tag) => tag === `${project}-${service}:latest`);
  // Built by the classic builder for an earlier version: it names neither.
  return tags.filter((tag) => tag.startsWith(`${project}-`) && tag.endsWith(":latest"));
}

/** As a person would find it. */
export function describeThing({
  kind,
  name,
}: {
  readonly kind: ThingKind | "image";
  readonly name: string;
}): string {
  return `${kind} ${name}`;
}
