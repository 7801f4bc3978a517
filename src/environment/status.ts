import type { Phase } from "./environment.ts";

export type Status =
  | "running" // its session is there, and all its containers run or have exited 0
  | "partial" // some of it is there
  | "stopped" // none of it
  | "asleep" // its containers were stopped by mono run --stop
  | "paused" // its containers are paused, as while another environment copies its data
  | "initializing" // mono init works on it
  | "destroying" // mono destroy works on it
  | "interrupted" // a command was cut short: destroy removes what is left, init or run puts it right
  | "failed" // its init failed, and was told to keep what it had made
  | "missing folder" // the workspace is gone
  | "replaced folder" // the workspace was deleted and made again
  | "tmux unreachable" // tmux does not say whether its session is there
  | "engine unreachable"; // its Docker engine does not answer

/** One container of a Compose project, as the engine reports it. */
export interface ContainerState {
  readonly service: string;
  /** created, running, restarting, paused, exited, dead, removing */
  readonly state: string;
  readonly exitCode: number;
}

export interface NamedContainer extends ContainerState {
  readonly name: string;
}

/** An environment's lock: `abandoned` when a mono has died with it. */
export type LockState = "free" | "held" | "abandoned";

/**
 * What was found of one of an environment's resources. Not seeing it is not the same as seeing that it is gone: what
 * cannot be told must not be forgotten.
 */
export type Finding =
  | { readonly kind: "there"; readonly works: Extent }
  | { readonly kind: "absent" }
  /** Something of its name is there, and is another's. */
  | { readonly kind: "foreign" }
  | { readonly kind: "cannot tell"; readonly asked: "engine" | "tmux"; readonly reason: string };

/** How much of a resource works. */
type Extent = "all" | "some" | "none" | "paused" | "asleep";

/** What was looked up about one environment. */
export interface Observation {
  readonly phase: Phase;
  readonly lock: LockState;
  /** True when init has failed and was told to keep what it had made. */
  readonly hasFailed: boolean;
  readonly folder: "there" | "gone" | "replaced";
  /** Of each resource that its status depends on. */
  readonly found: readonly Finding[];
}

export function statusOf({ phase, lock, hasFailed, folder, found }: Observation): Status {
  if (lock === "abandoned") return "interrupted";
  if (phase !== "ready" && lock === "held") return phase;
  if (phase !== "ready") return hasFailed ? "failed" : "interrupted";
  if (folder !== "there") return folder === "gone" ? "missing folder" : "replaced folder";
  for (const finding of found) if (finding.kind === "cannot tell") return `${finding.asked} unreachable`;
  const works = found.map((finding) => (finding.kind === "there" ? finding.works : "none"));
  if (works.includes("paused")) return "paused";
  if (works.includes("asleep")) return "asleep";
  if (works.every((extent) => extent === "all")) return "running";
  return works.every((extent) => extent === "none") ? "stopped" : "partial";
}

/**
 * How much of these containers works. One that has exited 0 may be a one-shot that is done, or a server that was stopped:
 * the names of those that ran when the environment was ready tell, where they are known.
 */
export function workOf(containers: readonly NamedContainer[], ran?: readonly string[]): Extent {
  const isPaused = containers.some(({ state }) => state === "paused");
  if (isPaused && containers.every((one) => one.state === "paused" || isUpOrDone(one))) return "paused";
  const running = containers.filter(({ state }) => state === "running").map(({ name }) => name);
  const isAllRunning = ran === undefined ? running.length > 0 : ran.every((name) => running.includes(name));
  if (containers.every(isUpOrDone) && isAllRunning) return "all";
  return running.length > 0 ? "some" : "none";
}

/** A container that runs, or a one-shot that has done its work. */
export function isUpOrDone(container: ContainerState): boolean {
  return container.state === "running" || (container.state === "exited" && container.exitCode === 0);
}
