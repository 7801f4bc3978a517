/** The images that a project builds, each under a tag of this environment alone. */
import { sha256 } from "../environment/digest.ts";
import {
  type ComposeModel,
  isMapping,
  type Mapping,
  mapValues,
  type Service,
  textOf,
  valueAt,
  without,
} from "./model.ts";

/** The label by which everything of a project is found. BuildKit images have it from Compose, others do not. */
const projectLabel = "com.docker.compose.project";

/** What a service builds, and what its image is called here. */
interface BuiltImage {
  readonly build: Mapping;
  readonly tag: string;
  /** False for a service whose profile is not switched on: nothing builds it when the project starts. */
  readonly isBuilt: boolean;
}

export type BuiltImages = ReadonlyMap<string, BuiltImage>;

/** The images that the services build, by each tag that the compose files give them. */
export function builtImagesOf(
  model: ComposeModel,
  project: string,
  activeProfiles: readonly string[],
): BuiltImages {
  const images = new Map<string, BuiltImage>();
  for (const [name, service] of Object.entries(model.services)) {
    const { build, image } = service;
    if (build === undefined) continue;
    const isBuilt = isActive(service, activeProfiles);
    const tags = [...listOf(build["tags"]).map(textOf), ...(image === undefined ? [] : [image])];
    for (const tag of tags.map(fullTag)) {
      // Of two services that build one tag, the one that is started counts.
      if (images.get(tag)?.isBuilt !== true) images.set(tag, { build, tag: ownTag(project, name), isBuilt });
    }
  }
  return images;
}

/** True for a service that Compose starts with these profiles. */
function isActive({ profiles }: Service, activeProfiles: readonly string[]): boolean {
  const own = listOf(profiles).map(textOf);
  return (
    own.length === 0 ||
    own.some((profile) => activeProfiles.includes(profile)) ||
    activeProfiles.includes("*")
  );
}

/** What Compose calls the image of a built service that names none; or, where that is no valid name, something like it. */
function ownTag(project: string, service: string): string {
  const derived = `${project}-${service}`;
  if (isImageName(derived)) return derived;
  const similar = derived
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `${similar}-${sha256(derived).slice(0, 8)}`;
}

function isImageName(text: string): boolean {
  return /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(text);
}

/** `shop`, `shop:latest` and `docker.io/library/shop` are one image to Docker. */
export function fullTag(tag: string): string {
  const name = tag.replace(/^docker\.io\//, "").replace(/^library\//, "");
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
}

/** The service with every image that the project builds under its private tag. */
export function withPrivateImages(
  service: Service,
  name: string,
  images: BuiltImages,
  project: string,
): Service {
  const own = service.build === undefined ? images.get(fullTag(service.image ?? "")) : undefined;
  return withPrivateMounts(privateImageOf(service, name, own, project), images);
}

function privateImageOf(
  service: Service,
  name: string,
  own: BuiltImage | undefined,
  project: string,
): Service {
  const build = service.build ?? (own?.isBuilt === false ? own.build : undefined);
  // Nothing builds the tag that the service uses, unless it does so itself.
  if (build !== undefined) return builtService(service, name, build, project);
  // It must not be asked of a registry.
  return own === undefined ? service : { ...service, image: own.tag, pull_policy: "never" };
}

/**
 * A built service has no `image`: Compose then tags it `<project>-<service>`, and does not ask a registry for that
 * name first, as it does with an explicit one.
 */
function builtService(service: Service, name: string, build: Mapping, project: string): Service {
  const { pull_policy: policy } = service;
  const labels = isMapping(build["labels"]) ? build["labels"] : {};
  const unnamed = {
    ...without(service, "image", "pull_policy"),
    build: { ...without(build, "tags"), labels: { ...labels, [projectLabel]: project } },
  };
  const tag = ownTag(project, name);
  const isDerived = tag === `${project}-${name}`;
  return {
    ...unnamed,
    ...(!isDerived && { image: tag, pull_policy: "never" }),
    ...(policy === "build" && { pull_policy: policy }),
  };
}

/** Images as build contexts and as mounts. */
function withPrivateMounts(service: Service, images: BuiltImages): Service {
  const ownOf = (tag: string) => {
    const own = images.get(fullTag(tag));
    return own?.isBuilt === true ? own.tag : undefined;
  };
  const contexts = service.build?.["additional_contexts"];
  const scheme = "docker-image://";
  const privateContexts = mapValues(isMapping(contexts) ? contexts : {}, (context) => {
    const text = textOf(context);
    const own = text.startsWith(scheme) ? ownOf(text.slice(scheme.length)) : undefined;
    return own === undefined ? context : `${scheme}${own}`;
  });
  const volumes = service.volumes?.map((volume) => {
    const own = volume.type === "image" ? ownOf(textOf(valueAt(volume, "source"))) : undefined;
    return own === undefined ? volume : { ...volume, source: own };
  });
  return {
    ...service,
    ...(isMapping(contexts) && { build: { ...service.build, additional_contexts: privateContexts } }),
    ...(volumes && { volumes }),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
