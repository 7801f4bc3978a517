/** Cells of the list that need more than their text: what is well has another colour than what is not. */
import type { Usage } from "../../docker/stats.ts";
import type { Status } from "../../environment/status.ts";
import { bytesText } from "../../text/bytes.ts";
import { roughDuration } from "../../text/duration.ts";
import type { Style } from "./style.ts";

const well: ReadonlySet<Status> = new Set(["running"]);
const atRest: ReadonlySet<Status> = new Set(["asleep", "stopped"]);
const onItsWay: ReadonlySet<Status> = new Set(["initializing", "destroying", "partial", "paused"]);

/** Green for what is well, dim for what rests, yellow for what may be, red for what somebody has to look at. */
export function statusText(status: Status, style: Style): string {
  if (well.has(status)) return style.green(status);
  if (atRest.has(status)) return style.dim(status);
  return onItsWay.has(status) ? style.yellow(status) : style.red(status);
}

/** What a row of the list has of it: `1.2 GB`, `3m`; dashes for what does not run. */
export function usageCells(usage: Usage | undefined): readonly [string, string] {
  return usage === undefined ? ["-", "-"] : [bytesText(usage.memoryBytes), cpuText(usage)];
}

export function cpuText({ cpuSeconds }: Usage): string {
  return roughDuration(cpuSeconds * 1000);
}
