import { judgeReadiness } from "../compose/readiness.ts";
import { type DockerCall, lastLines } from "../docker/ask.ts";
import { inspectProject, type InspectedContainer } from "../docker/containers.ts";
import { lastLogLines } from "../docker/logs.ts";
import { serviceFailed, servicesNotReady } from "../error/catalogue/containers.ts";
import type { MonoError } from "../error/mono-error.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import type { Owner } from "./owner.ts";

/** Docker itself ends every wait (a health check has its retries): this only guards against one that does not. */
const deadlineMs = 15 * 60_000;
const lookEveryMs = 200;

/** Waits until every container of the project is ready. Throws, with the container's last lines, when one fails. */
export async function waitUntilReady(
  call: DockerCall,
  project: string,
  { interruption, narrator }: Pick<Owner, "interruption" | "narrator">,
): Promise<void> {
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
    if (readiness.kind === "ready") return;
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
