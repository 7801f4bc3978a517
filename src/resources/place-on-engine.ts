/**
 * The place of an environment on its engine: the project's name, the block of ports, and the names of networks and
 * volumes. Homes know nothing of each other, so the engine decides between them: a claim first (`docker/claims.ts`),
 * then a look at what is there. A claimer that finds nothing has the place.
 */
import { labelsOf, type Marks, ownerLabel, portsLabel } from "../compose/marked.ts";
import type { ComposeModel, Things } from "../compose/model.ts";
import type { DockerCall } from "../docker/ask.ts";
import { claim, claimName, releaseClaims } from "../docker/claims.ts";
import { projectLabel } from "../docker/labels.ts";
import {
  describeThing,
  isComposes,
  judge,
  type Labels,
  type Owning,
  strangersTags,
  type Thing,
} from "../docker/ownership.ts";
import { listImages, listThings } from "../docker/things.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { homeMark } from "../environment/paths.ts";
import { portBlockOf } from "../environment/ports.ts";
import { namesMeet } from "../error/catalogue/containers.ts";
import { dockerAtWorkOf } from "./docker-call.ts";
import type { Owner } from "./owner.ts";

/** What of an environment's place somebody else has, and who, as a person would find it. */
export interface Occupied {
  readonly what: "name" | "ports";
  readonly holder: string;
}

export function isNew({ environment }: Pick<Owner, "environment">): boolean {
  return environment.phase === "initializing";
}

export function owningOf({ mark, name }: Environment): Owning {
  return { project: resourceNameOf(name), mark };
}

export function marksOf({ environment, home }: Pick<Owner, "environment" | "home">): Marks {
  const { first } = portBlockOf(environment.id);
  return {
    project: resourceNameOf(environment.name),
    owner: environment.mark,
    home: homeMark(home),
    firstPort: first,
  };
}

function claimsOf({ id, name }: Environment): { readonly name: string; readonly ports: string } {
  return { name: resourceNameOf(name), ports: `ports-${id}` };
}

/** Takes the place. Returns what is taken already; then what was claimed stays claimed for the next try. */
export async function takePlace(owner: Owner): Promise<Occupied | undefined> {
  const call = dockerAtWorkOf(owner);
  const claims = claimsOf(owner.environment);
  const owning = owningOf(owner.environment);
  const labels = labelsOf(marksOf(owner));
  const [forName, forPorts] = await Promise.all([
    claim(call, claims.name, labels),
    claim(call, claims.ports, labels),
  ]);
  const isOurs = (found: Labels) => found[ownerLabel] === owning.mark;
  const ofProject = { label: [`${projectLabel}=${owning.project}`] };
  const [there, images] = await Promise.all([
    listThings(call, [ofProject, { label: [`${portsLabel}=${labels[portsLabel]}`] }]),
    listImages(call, ofProject),
  ]);
  const [image] = images.flatMap((one) => strangersTags(one, owning));
  const inProject = there.filter((thing) => isComposes(thing, owning.project));
  const nameHolder = isOurs(forName)
    ? (findStranger(inProject, owning) ??
      (image === undefined ? undefined : { kind: "image" as const, name: image }))
    : { kind: "volume" as const, name: claimName(claims.name) };
  if (nameHolder !== undefined) {
    await releaseOwn(owner, isOurs(forName) ? [claims.name] : []);
    return { what: "name", holder: describeThing(nameHolder) };
  }
  const portsHolder = isOurs(forPorts)
    ? there.find(({ labels: found }) => found[portsLabel] === labels[portsLabel] && !isOurs(found))
    : { kind: "volume" as const, name: claimName(claims.ports) };
  if (portsHolder === undefined) return undefined;
  await releaseOwn(owner, isOurs(forPorts) ? [claims.ports] : []);
  return { what: "ports", holder: describeThing(portsHolder) };
}

function findStranger(things: readonly Thing[], owning: Owning): Thing | undefined {
  return things.find((thing) => judge(thing, owning) !== "ours");
}

async function releaseOwn(owner: Owner, claims: readonly string[]): Promise<void> {
  await releaseClaims(dockerAtWorkOf(owner), claims);
}

/**
 * Claims the volumes whose names another project can have, too: `foo` with `bar_data`, and `foo_bar` with `data`. Else
 * the containers of two homes that start at once would write into one volume before anybody looks again.
 */
export async function claimVolumes(owner: Owner, model: ComposeModel): Promise<void> {
  const { mark, name } = owner.environment;
  const project = resourceNameOf(name);
  const names = namesIn(project, model.volumes).filter((volume) => volume.split("_").length > 2);
  const labels = labelsOf(marksOf(owner));
  const holders = await Promise.all(
    names.map((volume) => claim(dockerAtWorkOf(owner), `volume-${volume}`, labels)),
  );
  const taken = names.filter((_, index) => holders[index]?.[ownerLabel] !== mark);
  if (taken.length === 0) return;
  await leaveClaims(owner);
  throw namesMeet({
    project,
    things: taken.map((volume) => `volume ${claimName(`volume-${volume}`)}`),
    isNew: isNew(owner),
  });
}

/** Gives up the claims that are the environment's: one of the same name may be another home's. */
export async function leaveClaims(owner: Owner): Promise<void> {
  const { mark } = owner.environment;
  const marked = await listThings(owner.docker, [{ label: [`${ownerLabel}=${mark}`] }], ["volume"]);
  const prefix = claimName("");
  const claims = marked.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  await releaseOwn(owner, claims);
}

/**
 * Makes sure that `docker compose up` meets nothing that is not the environment's: it would take over volumes and
 * networks of the same name, and replace containers with the project's labels. Returns true if something of the
 * environment's is there.
 */
export async function requireOwnPlace(owner: Owner, model: ComposeModel): Promise<boolean> {
  const owning = owningOf(owner.environment);
  const call = owner.docker;
  const [inProject, named] = await Promise.all([
    listThings(call, [{ label: [`${projectLabel}=${owning.project}`] }]),
    listNamed(call, owning.project, model),
  ]);
  const met = [...inProject.filter((thing) => isComposes(thing, owning.project)), ...named];
  const strange = met.filter((thing) => judge(thing, owning) !== "ours").map(describeThing);
  if (strange.length > 0)
    throw namesMeet({ project: owning.project, things: [...new Set(strange)], isNew: isNew(owner) });
  return met.length > 0;
}

/** What has the names of the model's networks and volumes, and is not the environment's. */
export async function findStrangersIn(owner: Owner, model: ComposeModel): Promise<readonly Thing[]> {
  const owning = owningOf(owner.environment);
  const named = await listNamed(dockerAtWorkOf(owner), owning.project, model);
  return named.filter((thing) => judge(thing, owning) !== "ours");
}

async function listNamed(call: DockerCall, project: string, model: ComposeModel): Promise<readonly Thing[]> {
  const names = [...namesIn(project, model.networks), ...namesIn(project, model.volumes)];
  return names.length === 0 ? [] : await listThings(call, [{ name: names }], ["network", "volume"]);
}

function namesIn(project: string, things: Things | undefined): string[] {
  return Object.entries(things ?? {}).flatMap(([key, thing]) =>
    thing?.external === true ? [] : [`${project}_${key}`],
  );
}
