/** What the engine says about the containers of Compose projects. */
import type { ContainerState } from "../environment/status.ts";
import { isMapping, textOf } from "../compose/model.ts";
import { askDocker, type DockerCall, linesOf, requireAnswer } from "./ask.ts";
import { engineDeadlineMs } from "./prerequisites.ts";

export const projectLabel = "com.docker.compose.project";
const serviceLabel = "com.docker.compose.service";
/** Containers of `docker compose run` carry True. */
const oneOffLabel = "com.docker.compose.oneoff";

/** A container, with what tells whether it is ready. */
export interface InspectedContainer extends ContainerState {
  readonly id: string;
  readonly name: string;
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
  const filters = [`label=${projectLabel}=${project}`, `label=${oneOffLabel}=False`];
  const ids = linesOf(
    await requireAnswer(
      call,
      ["ps", "-aq", ...filters.flatMap((filter) => ["--filter", filter])],
      "list the containers",
    ),
  );
  if (ids.length === 0) return [];
  const text = await requireAnswer(
    call,
    ["inspect", "--type", "container", ...ids],
    "inspect the containers",
  );
  const inspected: unknown = JSON.parse(text);
  return Array.isArray(inspected) ? inspected.map(toInspected) : [];
}

function toInspected(value: unknown): InspectedContainer {
  const state = child(value, "State");
  return {
    id: textOf(child(value, "Id")),
    name: textOf(child(value, "Name")).replace(/^\//, ""),
    service: textOf(child(child(child(value, "Config"), "Labels"), serviceLabel)),
    state: textOf(child(state, "Status")),
    exitCode: Number(child(state, "ExitCode")),
    startedAt: textOf(child(state, "StartedAt")),
    restartCount: Number(child(value, "RestartCount")),
    health: textOf(child(child(state, "Health"), "Status")) || "none",
    healthOutput: lastHealthOutput(child(child(state, "Health"), "Log")),
  };
}

function lastHealthOutput(log: unknown): string {
  return Array.isArray(log) ? textOf(child(log.at(-1), "Output")) : "";
}

function child(value: unknown, key: string): unknown {
  return isMapping(value) ? value[key] : undefined;
}

/** The service containers of every project of this engine, by project; undefined when the engine does not answer. */
export async function listProjects(
  call: DockerCall,
): Promise<ReadonlyMap<string, readonly ContainerState[]> | undefined> {
  const format = `{{.Label "${projectLabel}"}}\t{{.Label "${serviceLabel}"}}\t{{.State}}\t{{.Status}}`;
  const filters = ["--filter", `label=${projectLabel}`, "--filter", `label=${oneOffLabel}=False`];
  const answer = await askDocker(call, ["ps", "-a", ...filters, "--format", format], engineDeadlineMs);
  if (answer.exitCode !== 0) return undefined;
  const projects = new Map<string, ContainerState[]>();
  for (const line of linesOf(answer.stdout)) {
    const [project = "", service = "", state = "", status = ""] = line.split("\t");
    // `docker ps` has the exit code in its text alone: "Exited (137) 2 hours ago".
    const exitCode = Number(/^Exited \((\d+)\)/.exec(status)?.[1] ?? 0);
    projects.set(project, [...(projects.get(project) ?? []), { service, state, exitCode }]);
  }
  return projects;
}

/** True if a container of that service runs, those of `docker compose run` aside. */
export async function isServiceRunning(call: DockerCall, project: string, service: string): Promise<boolean> {
  const labels = [`${projectLabel}=${project}`, `${serviceLabel}=${service}`, `${oneOffLabel}=False`];
  const filters = ["status=running", ...labels.map((label) => `label=${label}`)];
  const args = ["ps", "-q", ...filters.flatMap((filter) => ["--filter", filter])];
  return linesOf(await requireAnswer(call, args, "list the containers")).length > 0;
}

/** The last lines that a container printed. */
export async function containerLogs(call: DockerCall, id: string): Promise<readonly string[]> {
  const { stdout, stderr } = await askDocker(call, ["logs", "--tail", "10", id]);
  return linesOf(stdout + stderr);
}
