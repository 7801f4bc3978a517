import type { Phase } from "./environment.ts";

export type Status =
  | "running" // its session is there, and all its containers run or have exited 0
  | "partial" // some of it is there
  | "stopped" // none of it
  | "initializing" // mono init works on it
  | "destroying" // mono destroy works on it
  | "interrupted" // a command was cut short: destroy removes what is left, init or run puts it right
  | "missing folder" // the workspace is gone
  | "engine unreachable"; // its Docker engine does not answer

/** One container of a Compose project, as the engine reports it. */
export interface ContainerState {
  readonly service: string;
  /** created, running, restarting, paused, exited, dead, removing */
  readonly state: string;
  readonly exitCode: number;
}

/** An environment's lock: `abandoned` when a mono has died with it. */
export type LockState = "free" | "held" | "abandoned";

/** What was looked up about one environment. */
export interface Observation {
  readonly phase: Phase;
  readonly lock: LockState;
  readonly isFolderThere: boolean;
  readonly isSessionThere: boolean;
  /** Its containers; undefined in simple mode, `unreachable` when the engine did not answer. */
  readonly containers: readonly ContainerState[] | "unreachable" | undefined;
}

export function statusOf(seen: Observation): Status {
  if (seen.lock === "abandoned") return "interrupted";
  if (seen.phase !== "ready") return seen.lock === "held" ? seen.phase : "interrupted";
  if (!seen.isFolderThere) return "missing folder";
  if (seen.containers === "unreachable") return "engine unreachable";
  if (seen.containers === undefined) return seen.isSessionThere ? "running" : "stopped";
  const isAnyRunning = seen.containers.some((container) => container.state === "running");
  // All exited 0 and none running is what `docker stop` leaves, not what a finished one-shot does.
  if (isAnyRunning && seen.isSessionThere && seen.containers.every(isUpOrDone)) return "running";
  return isAnyRunning || seen.isSessionThere ? "partial" : "stopped";
}

/** A container that runs, or a one-shot that has done its work. */
export function isUpOrDone(container: ContainerState): boolean {
  return container.state === "running" || (container.state === "exited" && container.exitCode === 0);
}
