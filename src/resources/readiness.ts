import { judgeReadiness } from "../compose/readiness.ts";
import type { DockerCall } from "../docker/ask.ts";
import { lastLines } from "../text/lines.ts";
import { inspectProject, type InspectedContainer } from "../docker/containers.ts";
import { lastLogLines } from "../docker/logs.ts";
import { serviceFailed, servicesNotReady } from "../error/catalogue/containers.ts";
import { isFailure, type MonoError, retold } from "../error/mono-error.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { type ReadyContainer, readyContainers } from "./own-record.ts";
import type { Owner } from "./owner.ts";

/** Docker itself ends every wait (a health check has its retries): this only guards against one that does not. */
const deadlineMs = 15 * 60_000;
const lookEveryMs = 200;

/**
 * Waits until every container of the project is ready, and returns them. Throws, with the container's last lines, when
 * one fails.
 */
export async function waitUntilReady(
  call: DockerCall,
  project: string,
  { interruption, narrator }: Pick<Owner, "interruption" | "narrator">,
): Promise<readonly InspectedContainer[]> {
  const deadline = performance.now() + deadlineMs;
  const firstSeen = new Map<string, number>();
  for (;;) {
    throwIfInterrupted(interruption);
    const now = performance.now();
    const containers = (await inspectProject(call, project)).map((container) => {
      const run = `${container.id} ${container.startedAt}`;
      firstSeen.set(run, firstSeen.get(run) ?? now);
      return { ...container, steadyMs: now - (firstSeen.get(run) ?? now) };
    });
    const readiness = judgeReadiness(containers);
    if (readiness.kind === "ready") return containers;
    if (readiness.kind === "failed") throw await notReady(call, readiness.container, readiness.reason);
    narrator.progress(
      `not ready: ${readiness.services.map(({ service, state }) => `${service} (${state})`).join(", ")}`,
    );
    if (now >= deadline) {
      throw servicesNotReady({
        services: readiness.services.map(({ service }) => service),
        minutes: deadlineMs / 60_000,
      });
    }
    await Bun.sleep(lookEveryMs);
  }
}

/**
 * The container that has kept the others from starting, as the error to throw; the error of Compose where there is none:
 * it says which service failed, and nothing of why.
 */
export async function explainFailedContainer(
  call: DockerCall,
  project: string,
  error: unknown,
): Promise<unknown> {
  if (!isFailure(error)) return error;
  const containers = await inspectProject(call, project).catch(() => []);
  const readiness = judgeReadiness(containers.map((container) => ({ ...container, steadyMs: 0 })));
  if (readiness.kind !== "failed") return error;
  const failed = await notReady(call, readiness.container, readiness.reason);
  const { details, hint, message } = failed;
  return retold(failed, { message, hint, details: [...error.details.slice(-1), ...details], cause: error });
}

/** Says what has restarted or ended since the containers were ready: init is about to say that all is well. */
export async function lookOnceMore(owner: Owner, project: string): Promise<void> {
  const before = readyContainers(owner.paths);
  if (before === undefined) return;
  const call = owner.docker;
  const now = new Map((await inspectProject(call, project)).map((container) => [container.name, container]));
  for (const known of before) {
    const container = now.get(known.name);
    const change = changeOf(known, container);
    if (change === undefined) continue;
    owner.narrator.warn(`service ${known.service} ${change} since it was ready (container ${known.name})`);
    const lines = container === undefined ? [] : await lastLogLines(call, container.id);
    for (const line of lines.slice(-shownLines)) owner.narrator.warn(`  ${known.service} printed: ${line}`);
  }
}

const shownLines = 3;

function changeOf(known: ReadyContainer, now: InspectedContainer | undefined): string | undefined {
  if (now === undefined) return "was removed";
  if (known.state === "running" && (now.state === "exited" || now.state === "dead")) {
    return `exited with ${now.exitCode}`;
  }
  if (now.health === "unhealthy") return "became unhealthy";
  const times = now.restartCount - known.restartCount;
  if (times <= 0) return undefined;
  return times === 1 ? "restarted once" : `restarted ${times} times`;
}

async function notReady(call: DockerCall, container: InspectedContainer, reason: string): Promise<MonoError> {
  // Docker keeps apart what a health check prints: the container's own output says nothing of it.
  const health = container.health === "unhealthy" ? lastLines(container.healthOutput) : [];
  const details = [
    ...(await lastLogLines(call, container.id)),
    ...health.filter((line) => line !== "").map((line) => `health check: ${line}`),
  ];
  const { name, service } = container;
  return serviceFailed({ service, reason, container: name }, { details });
}
