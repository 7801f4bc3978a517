import { isUpOrDone, type ContainerState } from "../environment/status.ts";

/** What readiness needs to know of a container. */
export interface ReadinessView extends ContainerState {
  readonly health: string;
  readonly restartCount: number;
  /** Milliseconds for which it has been seen running without a restart. */
  readonly steadyMs: number;
}

/** A service that is not ready yet, and what its container is at, in a word or two. */
interface WaitedFor {
  readonly service: string;
  readonly state: string;
}

export type Readiness<C> =
  | { readonly kind: "ready" }
  | { readonly kind: "waiting"; readonly services: readonly WaitedFor[] }
  | { readonly kind: "failed"; readonly container: C; readonly reason: string };

/** A container that has restarted counts as running once it has stayed up so long. */
const steadyAfterMs = 3000;
/** The engine's pause doubles from 0.1 s: ten restarts are about a minute and a half of trying. */
const restartsOfALoop = 10;

/**
 * Ready: every container runs or has exited 0, and every health check passes. Failed: one has exited otherwise, is
 * unhealthy, or restarts in a loop.
 */
export function judgeReadiness<C extends ReadinessView>(containers: readonly C[]): Readiness<C> {
  for (const container of containers) {
    const reason = failureOf(container);
    if (reason !== undefined) return { kind: "failed", container, reason };
  }
  const waiting = containers.filter((container) => !isReady(container));
  if (waiting.length === 0) return { kind: "ready" };
  const services = new Map(waiting.map((container) => [container.service, stateOf(container)]));
  return { kind: "waiting", services: [...services].map(([service, state]) => ({ service, state })) };
}

function failureOf({ state, exitCode, health, restartCount }: ReadinessView): string | undefined {
  if (state === "exited" && exitCode !== 0) return `exited with ${exitCode}`;
  if (state === "dead") return "is dead";
  if (state === "running" && health === "unhealthy") return "is unhealthy";
  if (state === "restarting" && restartCount >= restartsOfALoop)
    return `restarts in a loop (${restartCount} times, last exit ${exitCode})`;
  return undefined;
}

function stateOf({ state, health, restartCount }: ReadinessView): string {
  if (state === "running" && health === "starting") return "its health check does not pass yet";
  return restartCount === 0 ? state : `${state}, restarts: ${restartCount}`;
}

function isReady(container: ReadinessView): boolean {
  if (!isUpOrDone(container) || container.health === "starting") return false;
  return container.restartCount === 0 || container.state !== "running" || container.steadyMs >= steadyAfterMs;
}
