/** Two copies of one workspace, up at once. */
import { expect } from "bun:test";
import { type ObservedContainer, type ObservedProject, observeProject } from "../corpus/observed.ts";
import { type CallOptions, docker, type World } from "./world.ts";

export interface Copy {
  readonly path: string;
  readonly project: string;
  readonly observed: ObservedProject;
  readonly variables: Readonly<Record<string, string>>;
  /** The standard error of its init. */
  readonly narration: string;
}

/** A service that waits, ends when it is told to, and has the applets of busybox. */
export const waiting =
  "{ image: '${BASE_IMAGE}', command: [sh, -c, \"trap 'exit 0' TERM; while :; do sleep 60 & wait; done\"]";

/** Inits two workspaces with these files at once, and shows that nothing on the engine belongs to both. */
export async function twoCopies(
  world: World,
  files: Readonly<Record<string, string>>,
  options?: CallOptions,
): Promise<readonly [Copy, Copy]> {
  const paths = ["one", "two"].map((name) => world.workspace(name, files));
  const [one, two] = await Promise.all(paths.map((path) => initCopy(world, path, options)));
  if (one === undefined || two === undefined) throw new Error("two paths give two copies");
  const [first, second] = [belongings(one), belongings(two)];
  expect(first.filter((thing) => second.includes(thing))).toEqual([]);
  for (const { observed } of [one, two]) expect(observed.containers.filter(({ isUp }) => !isUp)).toEqual([]);
  return [one, two];
}

async function initCopy(world: World, path: string, options?: CallOptions): Promise<Copy> {
  const { stderr } = await world.ok(["init", path], options);
  const { variables } = JSON.parse((await world.ok(["vars", "--json", path])).stdout);
  const project = `mono-${variables.MONO_ENV_NAME}`;
  return { path, project, variables, narration: stderr, observed: await observeProject(world, project) };
}

/** Destroys both; the world's end shows that nothing is left. */
export async function destroyCopies(world: World, copies: readonly Copy[]): Promise<void> {
  await Promise.all(copies.map(({ path }) => world.ok(["destroy", path])));
}

/** The container of a service. */
export function containerOf({ observed }: Copy, service: string): ObservedContainer {
  const found = observed.containers.find((container) => container.service === service);
  if (found === undefined) throw new Error(`no container of ${service}`);
  return found;
}

/** Runs a command in the container of a service. */
export async function inContainer(
  world: World,
  copy: Copy,
  service: string,
  command: string,
): Promise<string> {
  return await docker(world, ["exec", containerOf(copy, service).id, "sh", "-c", command]);
}

/** The address that a name has inside a service's container. */
export async function resolveIn(world: World, copy: Copy, service: string, name: string): Promise<string> {
  const answer = await inContainer(
    world,
    copy,
    service,
    `nslookup ${name} 127.0.0.11 | sed -n 's/^Address.*: *//p' | tail -n 1`,
  );
  return answer.trim();
}

function belongings({ observed: { containers, networks, volumes, images } }: Copy): string[] {
  return [
    ...networks.map((name) => `network ${name}`),
    ...volumes.map((name) => `volume ${name}`),
    ...images.map((tag) => `image ${tag}`),
    ...containers.flatMap(({ id, hostPorts }) => [
      `container ${id}`,
      ...hostPorts.map((port) => `port ${port}`),
    ]),
  ];
}
