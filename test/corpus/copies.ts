/** The copies of a case: workspaces that are initialized at once, looked at, and destroyed. */
import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ComposeModel } from "../../src/compose/model.ts";
import { docker, lines, namesIn, type Result, sessions, type World } from "../support/world.ts";
import { type Case, plainModel } from "./cases.ts";
import { type ObservedProject, observeProject } from "./observed.ts";

/** A copy that is up. */
export interface Copy {
  readonly name: string;
  readonly path: string;
  readonly id: number;
  readonly project: string;
  /** What plain Compose would have started here under the copy's project: names may be made of the project's. */
  readonly model: ComposeModel;
  readonly observed: ObservedProject;
}

/** Names are cut to 40 characters, and the mark of the world that ends them must stay. */
const longestPrefix = 28;
/** How often init is called again when somebody else on this machine took a port of the block in between. */
const attempts = 3;
const portTaken = /port is already allocated|address already in use/;

/** Copies the case so many times, by the names that tell the copies apart in messages. */
export function makeWorkspaces(world: World, { name, folder }: Case, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    world.copyOf(folder, `${name.slice(0, longestPrefix).replace(/[^a-z0-9]+$/, "")}-${index + 1}`),
  );
}

/** Calls `mono init` as its user would: again, when a port was taken by a stranger. */
export async function initCopy(world: World, path: string): Promise<Result> {
  let result = await world.mono(["init", path]);
  for (let attempt = 1; attempt < attempts && portTaken.test(result.stderr); attempt++) {
    result = await world.mono(["init", path]);
  }
  return result;
}

export async function observeCopy(world: World, subject: Case, path: string): Promise<Copy> {
  const { variables } = JSON.parse((await world.ok(["vars", "--json", path])).stdout) as {
    variables: Readonly<Record<string, string>>;
  };
  const name = variables["MONO_ENV_NAME"] ?? "";
  const project = `mono-${name}`;
  const [model, observed] = await Promise.all([
    plainModel(world, path, subject, ["-p", project]),
    observeProject(world, project),
  ]);
  return { name, path, id: Number(variables["MONO_ENV_ID"]), project, model, observed };
}

/** What another copy's destruction has changed about this one. */
export async function changesOf(world: World, copy: Copy): Promise<readonly string[]> {
  const now = await observeProject(world, copy.project);
  const parts = ({ containers, networks, volumes, images }: ObservedProject) =>
    [
      ...containers.map(({ name, id, state }) => `container ${name} ${state} ${id}`),
      ...networks.map((name) => `network ${name}`),
      ...volumes.map((name) => `volume ${name}`),
      ...images.map((name) => `image ${name}`),
    ].toSorted();
  const [before, after] = [new Set(parts(copy.observed)), new Set(parts(now))];
  const lost = [...before.difference(after)].map((part) => `${part} is gone`);
  const come = [...after.difference(before)].map((part) => `${part} has come`);
  return [...lost, ...come].map((change) => `${copy.name}, while another copy was destroyed: ${change}`);
}

/** What is left in the engine, in tmux and in mono's home folder, when all copies are destroyed. */
export async function leftovers(
  world: World,
  copies: readonly Copy[],
  external: readonly string[],
): Promise<readonly string[]> {
  const volumes = new Set(lines(await docker(world, ["volume", "ls", "--format", "{{.Name}}"])));
  // Anonymous volumes carry no label: only the containers told which they were.
  const mounted = copies.flatMap(({ observed }) =>
    observed.containers.flatMap((container) => container.volumes),
  );
  const left = [
    ...(await partsInEngine(world)),
    ...mounted
      .filter((name) => volumes.has(name) && !external.includes(name))
      .map((name) => `volume ${name}`),
    ...(await sessions(world)).map((name) => `session ${name}`),
    ...["data", "environments"].flatMap((folder) =>
      namesIn(join(world.home, folder)).map((name) => `folder ${folder}/${name}`),
    ),
    ...rows(world).map((name) => `row ${name}`),
  ];
  return [...new Set(left)].map((thing) => `still there: ${thing}`);
}

/** Whatever a project of this world has made, under any name: the label has the world's mark. */
async function partsInEngine(world: World): Promise<string[]> {
  const mark = world.unique("");
  const label = '{{.Label "com.docker.compose.project"}}';
  const parts = [
    ["container", "ps", "-a", "--format", `${label} {{.Names}}`],
    ["network", "network", "ls", "--format", `${label} {{.Name}}`],
    ["volume", "volume", "ls", "--format", `${label} {{.Name}}`],
    ["image", "image", "ls", "--format", "{{.Repository}} {{.Repository}}:{{.Tag}}"],
  ] as const;
  const found = await Promise.all(
    parts.map(async ([kind, ...list]) => {
      const rowsOfKind = lines(await docker(world, list)).map((line) => line.split(" "));
      return rowsOfKind.flatMap(([project, name]) => (project?.includes(mark) ? [`${kind} ${name}`] : []));
    }),
  );
  return found.flat();
}

function rows(world: World): string[] {
  const file = join(world.home, "state.db");
  if (!existsSync(file)) return [];
  using database = new Database(file, { readonly: true });
  return database
    .query<{ name: string }, []>("SELECT name FROM environments")
    .all()
    .map(({ name }) => name);
}
