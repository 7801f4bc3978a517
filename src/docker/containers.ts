/** What the engine says about the containers of Compose projects. */
import type { NamedContainer } from "../environment/status.ts";
import { ownerLabel } from "../compose/marked.ts";
import { textOf, valueAt } from "../compose/model.ts";
import { answerDeadlineMs, askDocker, type DockerCall, engineDeadlineMs, requireAnswer } from "./ask.ts";
import { linesOf } from "../text/lines.ts";
import { askEngine } from "./engine-socket.ts";
import {
  filesLabel,
  labelOptions,
  labelQuery,
  projectLabel,
  serviceContainers,
  serviceLabel,
} from "./labels.ts";

/** A container, with what tells whether it is ready. */
export interface InspectedContainer extends NamedContainer {
  readonly id: string;
  readonly startedAt: string;
  readonly restartCount: number;
  /** none, starting, healthy, unhealthy */
  readonly health: string;
  /** What its last health check has printed. */
  readonly healthOutput: string;
}

/** The service containers of one project. */
export async function inspectProject(
  call: DockerCall,
  project: string,
): Promise<readonly InspectedContainer[]> {
  return (await inspectRaw(call, project)).map(toInspected);
}

/** The same, as the engine has them. */
export async function inspectRaw(call: DockerCall, project: string): Promise<readonly unknown[]> {
  return (await inspectByEngine(call, project)) ?? (await inspectByDocker(call, project));
}

/** Undefined when docker has to be asked: also when a container went away between the two questions. */
async function inspectByEngine(call: DockerCall, project: string): Promise<readonly unknown[] | undefined> {
  const labels = labelQuery(`${projectLabel}=${project}`, serviceContainers);
  const listed = await askEngine(call, `/containers/json?all=1&${labels}`, answerDeadlineMs);
  if (!Array.isArray(listed)) return undefined;
  const inspected: readonly unknown[] = await Promise.all(
    listed.map((container: unknown) =>
      askEngine(call, `/containers/${textOf(valueAt(container, "Id"))}/json`, answerDeadlineMs),
    ),
  );
  return inspected.includes(undefined) ? undefined : inspected;
}

async function inspectByDocker(call: DockerCall, project: string): Promise<readonly unknown[]> {
  const ids = await listContainerIds(call, [
    "-a",
    ...labelOptions(`${projectLabel}=${project}`, serviceContainers),
  ]);
  if (ids.length === 0) return [];
  const text = await requireAnswer(
    call,
    ["inspect", "--type", "container", ...ids],
    "inspect the containers",
  );
  const inspected: unknown = JSON.parse(text);
  return Array.isArray(inspected) ? inspected : [];
}

function toInspected(value: unknown): InspectedContainer {
  const state = valueAt(value, "State");
  return {
    id: textOf(valueAt(value, "Id")),
    name: textOf(valueAt(value, "Name")).replace(/^\//, ""),
    service: textOf(valueAt(valueAt(valueAt(value, "Config"), "Labels"), serviceLabel)),
    state: textOf(valueAt(state, "Status")),
    exitCode: Number(valueAt(state, "ExitCode")),
    startedAt: textOf(valueAt(state, "StartedAt")),
    restartCount: Number(valueAt(value, "RestartCount")),
    health: textOf(valueAt(valueAt(state, "Health"), "Status")) || "none",
    healthOutput: lastHealthOutput(valueAt(valueAt(state, "Health"), "Log")),
  };
}

function lastHealthOutput(log: unknown): string {
  return Array.isArray(log) ? textOf(valueAt(log.at(-1), "Output")) : "";
}

/** A container, with the mark of the environment that it belongs to; empty when it has none. */
export interface MarkedContainer extends NamedContainer {
  readonly owner: string;
  readonly id: string;
  /** none, starting, healthy, unhealthy */
  readonly health: string;
}

/** The service containers of every project of this engine, by project; undefined when the engine does not answer. */
export async function listProjects(
  call: DockerCall,
): Promise<ReadonlyMap<string, readonly MarkedContainer[]> | undefined> {
  const listed = (await listByEngine(call)) ?? (await listByDocker(call));
  if (listed === undefined) return undefined;
  const projects = new Map<string, MarkedContainer[]>();
  for (const { id, name, owner, project, service, state, status } of listed) {
    // A list has these in its text alone: "Exited (137) 2 hours ago", "Up 2 hours (healthy)".
    const health = /\((?:health: )?(starting|healthy|unhealthy)\)$/.exec(status)?.[1] ?? "none";
    const exitCode = Number(/^Exited \((\d+)\)/.exec(status)?.[1] ?? 0);
    const states = projects.get(project) ?? [];
    states.push({ id, name, owner, service, state, exitCode, health });
    projects.set(project, states);
  }
  return projects;
}

/** A container as a list of them has it. */
interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly project: string;
  readonly service: string;
  readonly state: string;
  readonly status: string;
}

async function listByEngine(call: DockerCall): Promise<readonly ListedContainer[] | undefined> {
  const path = `/containers/json?all=1&${labelQuery(projectLabel, serviceContainers)}`;
  const listed = await askEngine(call, path, engineDeadlineMs);
  if (!Array.isArray(listed)) return undefined;
  return listed.map((container: unknown) => {
    const labels = valueAt(container, "Labels");
    const names = valueAt(container, "Names");
    return {
      id: textOf(valueAt(container, "Id")),
      name: Array.isArray(names) ? textOf(names[0]).replace(/^\//, "") : "",
      owner: textOf(valueAt(labels, ownerLabel)),
      project: textOf(valueAt(labels, projectLabel)),
      service: textOf(valueAt(labels, serviceLabel)),
      state: textOf(valueAt(container, "State")),
      status: textOf(valueAt(container, "Status")),
    };
  });
}

async function listByDocker(call: DockerCall): Promise<readonly ListedContainer[] | undefined> {
  const format = `{{.ID}}\t{{.Names}}\t{{.Label "${projectLabel}"}}\t{{.Label "${serviceLabel}"}}\t{{.State}}\t{{.Status}}\t{{.Label "${ownerLabel}"}}`;
  const args = [
    "ps",
    "-a",
    "--no-trunc",
    ...labelOptions(projectLabel, serviceContainers),
    "--format",
    format,
  ];
  const answer = await askDocker(call, args, engineDeadlineMs);
  if (answer.exitCode !== 0) return undefined;
  return linesOf(answer.stdout).map((line) => {
    const [id = "", name = "", project = "", service = "", state = "", status = "", owner = ""] =
      line.split("\t");
    return { id, name, owner, project, service, state, status };
  });
}

/** The marks on the running containers of that service, empty for one without; those of `docker compose run` aside. */
export async function ownersOfRunning(
  call: DockerCall,
  project: string,
  service: string,
): Promise<readonly string[]> {
  const labels = [`${projectLabel}=${project}`, `${serviceLabel}=${service}`, serviceContainers];
  const format = `owner={{.Label "${ownerLabel}"}}`;
  const args = ["ps", "--filter", "status=running", ...labelOptions(...labels), "--format", format];
  return linesOf(await requireAnswer(call, args, "list the containers")).map((line) =>
    line.slice("owner=".length),
  );
}

/** True if there is a container of that project which was made from that file. */
export async function isAnyMadeFrom(call: DockerCall, project: string, file: string): Promise<boolean> {
  const labels = [`${projectLabel}=${project}`, `${filesLabel}=${file}`];
  return (await listContainerIds(call, ["-a", ...labelOptions(...labels)])).length > 0;
}

/** The ids of the containers that run; of others as the options of `docker ps` say. */
export async function listContainerIds(
  call: DockerCall,
  options: readonly string[] = [],
): Promise<readonly string[]> {
  return linesOf(await requireAnswer(call, ["ps", "-q", ...options], "list the containers"));
}
