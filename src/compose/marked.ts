/** The labels by which mono knows its things on an engine again, and the model that has them. Pure. */
import { isOldMark } from "../environment/mark.ts";
import { type ComposeModel, isMapping, type Mapping, mapValues, type Service, type Things } from "./model.ts";

/** The environment's mark, on containers, networks, volumes and claims. */
export const ownerLabel = "mono.owner";
/**
 * Which home folder the environment belongs to, for a person who finds the thing. Never digits and an `e` alone, which
 * readers of YAML take for a number or a text, each as it likes.
 */
const homeLabel = "mono.home";
/** The first port of the environment's block. */
export const portsLabel = "mono.ports";
/** The environment's mark on a built image: containers inherit it, and must not look like mono's own for that. */
export const imageLabel = "mono.image";
/** The tag that mono gave to a built image: the classic builder writes no label of the service. */
export const tagLabel = "mono.tag";

export interface Marks {
  readonly project: string;
  readonly owner: string;
  readonly home: string;
  readonly firstPort: number;
}

export function labelsOf({
  owner,
  home,
  firstPort,
}: Omit<Marks, "project">): Readonly<Record<string, string>> {
  return { [ownerLabel]: owner, [homeLabel]: `home-${home}`, [portsLabel]: String(firstPort) };
}

/**
 * The model with the environment's labels on everything that is its own. What an earlier version made without them
 * stays as it is: Compose would re-create a volume whose labels change, without its data.
 */
export function withMarks(
  model: ComposeModel,
  previous: ComposeModel | undefined,
  marks: Marks,
): ComposeModel {
  const labels = labelsOf(marks);
  const marked = (things: Things, before: Things | undefined) =>
    mapValues(things, (thing, key) => {
      const known = before?.[key];
      const wasUnmarked = previous === undefined || (known !== undefined && !hasMark(known));
      if (thing?.external === true || (isOldMark(marks.owner) && wasUnmarked)) return thing;
      return withLabels(thing ?? {}, labels);
    });
  return {
    ...model,
    services: mapValues(model.services, (service, name) =>
      markedService(service, labels, `${marks.project}-${name}`),
    ),
    ...(model.networks && { networks: marked(model.networks, previous?.networks) }),
    ...(model.volumes && { volumes: marked(model.volumes, previous?.volumes) }),
  };
}

function markedService(service: Service, labels: Readonly<Record<string, string>>, derived: string): Service {
  const { build, image = derived } = service;
  const marked = withLabels(service, labels);
  if (build === undefined) return marked;
  const ofImage = { [imageLabel]: labels[ownerLabel] ?? "", [tagLabel]: `${image}:latest` };
  return { ...marked, build: withLabels(build, ofImage) };
}

function withLabels<T extends Mapping>(thing: T, labels: Readonly<Record<string, string>>): T {
  const own = isMapping(thing["labels"]) ? thing["labels"] : {};
  return { ...thing, labels: { ...own, ...labels } };
}

function hasMark(thing: Mapping | null): boolean {
  return isMapping(thing?.["labels"]) && thing["labels"][ownerLabel] !== undefined;
}
