/** One environment in full, for a person: what `mono list <environment>` shows. Pure. */
import type { Usage } from "../../docker/stats.ts";
import type { DetailedEnvironment, SeenService } from "../../operations/list-in-full.ts";
import { bytesText } from "../../text/bytes.ts";
import { roughDuration } from "../../text/duration.ts";
import { withoutControls } from "../../text/shown.ts";
import { shortPath } from "./short-path.ts";
import { cpuText, statusText } from "./status-text.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

interface PageOptions {
  readonly style: Style;
  readonly homeFolder: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What its containers take; undefined when that was not asked. */
  readonly usage?: Usage | undefined;
}

/** Its lines are as short as its names and paths allow: what has no end is a line each. */
export function renderEnvironment(
  environment: DetailedEnvironment,
  { homeFolder, now, style, usage }: PageOptions,
): string {
  const { addresses, created, dataFolder, name, path, run, services, session, shared, status, volumes } =
    environment;
  const ago = (time: string) => `${roughDuration(Math.max(0, now - Date.parse(time)))} ago`;
  const facts: readonly (readonly [string, string])[] = [
    ["workspace", shortPath(path, homeFolder)],
    ...(created === null ? [] : [["made", ago(created)] as const]),
    ["session", session === null ? "none" : `${session.name}, ${clientsText(session.clients)}`],
    ["run", runText(run, ago)],
    ["data", shortPath(dataFolder, homeFolder)],
    ...volumes.map((volume, index) => [index === 0 ? "volumes" : "", volume] as const),
    ...(usage === undefined
      ? []
      : [
          [
            "takes",
            `${bytesText(usage.memoryBytes)} of memory, ${cpuText(usage)} of processor time`,
          ] as const,
        ]),
    ...shared.map(
      ({ reason, subject }, index) => [index === 0 ? "shares" : "", `${subject}: ${reason}`] as const,
    ),
    ...addresses.map(
      ({ address, hostPort, owner, place, service }, index) =>
        [
          index === 0 ? "wrong" : "",
          `${service} ${place}: ${address}, but ${owner} is at ${hostPort} here`,
        ] as const,
    ),
  ];
  const rows = facts.map(([label, text]) => [`  ${label}`, withoutControls(text)]);
  const head = `${name}  ${statusText(status, style)}\n${renderTable(rows)}`;
  if (services.length === 0) return head;
  const table = services.map((service) => [
    service.service,
    stateText(service, status === "asleep" ? asleepStyle(style) : style),
    service.addresses.join(", "),
  ]);
  return `${head}\n${renderTable([["SERVICE", "STATE", "ADDRESS"], ...table])}`;
}

/** What was stopped on purpose has ended in any way. */
function asleepStyle(style: Style): Style {
  return { ...style, red: style.dim };
}

function clientsText(clients: number): string {
  return clients === 0 ? "nobody attached" : `${clients} attached`;
}

function runText(
  { exitStatus, since, state }: DetailedEnvironment["run"],
  ago: (time: string) => string,
): string {
  if (state === "none") return "none yet";
  if (state === "running") return since === null ? "goes on" : `goes on, began ${ago(since)}`;
  const how = exitStatus === null ? "was killed" : `exited ${exitStatus}`;
  return since === null ? how : `${how}, ${ago(since)}`;
}

function stateText({ exitCode, health, state }: SeenService, style: Style): string {
  const isWell = state === "running" && (health === "none" || health === "healthy");
  const isDone = state === "exited" && exitCode === 0;
  const more = exitCode === null ? health : String(exitCode);
  const text = more === "none" ? state : `${state} (${more})`;
  if (isWell) return style.green(text);
  return isDone || state === "created" ? style.dim(text) : style.red(text);
}
