/** Where the containers of a project keep their files. */
import { ownerLabel } from "../compose/marked.ts";
import { isMapping, textOf, valueAt } from "../compose/model.ts";
import type { DockerCall } from "./ask.ts";
import { inspectRaw } from "./containers.ts";
import { numberLabel, serviceLabel } from "./labels.ts";

export interface Mount {
  readonly kind: "volume" | "bind" | "other";
  /** Of a volume its name on the engine; of a bind the folder on the host. */
  readonly source: string;
  /** The path in the container. */
  readonly target: string;
  readonly isWritable: boolean;
}

export interface StoringContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** Which of the service's containers it is, from 1. */
  readonly number: string;
  /** The id of its image. */
  readonly image: string;
  /** running, paused, exited, … */
  readonly state: string;
  /** The mark of the environment that it belongs to; empty when it has none. */
  readonly owner: string;
  readonly mounts: readonly Mount[];
  /** The paths at which its image keeps data of its own (`VOLUME`). */
  readonly dataPaths: readonly string[];
  /** Its health check; undefined without one, and before the first has ended. */
  readonly probe: Probe | undefined;
}

export interface Probe {
  /** When the last one ended, in milliseconds since 1970, by the engine's clock. */
  readonly endedAt: number;
  /** Milliseconds from the end of one to the start of the next. */
  readonly everyMs: number;
}

/** The service containers of one project, from the engine. */
export async function inspectStorage(
  call: DockerCall,
  project: string,
): Promise<readonly StoringContainer[]> {
  return (await inspectRaw(call, project)).map(toStoring);
}

function toStoring(value: unknown): StoringContainer {
  const config = valueAt(value, "Config");
  const labels = valueAt(config, "Labels");
  const mounts = valueAt(value, "Mounts");
  const volumes = valueAt(config, "Volumes");
  return {
    id: textOf(valueAt(value, "Id")),
    name: textOf(valueAt(value, "Name")).replace(/^\//, ""),
    service: textOf(valueAt(labels, serviceLabel)),
    number: textOf(valueAt(labels, numberLabel)),
    image: textOf(valueAt(value, "Image")),
    state: textOf(valueAt(valueAt(value, "State"), "Status")),
    owner: textOf(valueAt(labels, ownerLabel)),
    mounts: Array.isArray(mounts) ? mounts.map(toMount) : [],
    dataPaths: isMapping(volumes) ? Object.keys(volumes) : [],
    probe: toProbe(valueAt(config, "Healthcheck"), valueAt(valueAt(value, "State"), "Health")),
  };
}

/** What the engine does where a health check does not say how often it runs, in milliseconds. */
const defaultProbeMs = 30_000;

function toProbe(check: unknown, health: unknown): Probe | undefined {
  const log = valueAt(health, "Log");
  const last: unknown = Array.isArray(log) ? log.at(-1) : undefined;
  const endedAt = Date.parse(textOf(valueAt(last, "End")));
  // In nanoseconds.
  const interval = Number(valueAt(check, "Interval") ?? 0) / 1e6;
  return Number.isNaN(endedAt) ? undefined : { endedAt, everyMs: interval || defaultProbeMs };
}

function toMount(value: unknown): Mount {
  const type = textOf(valueAt(value, "Type"));
  const kind = type === "volume" || type === "bind" ? type : "other";
  return {
    kind,
    source: textOf(valueAt(value, kind === "volume" ? "Name" : "Source")),
    target: textOf(valueAt(value, "Destination")),
    isWritable: valueAt(value, "RW") === true,
  };
}
