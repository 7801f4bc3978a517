/** The resources that containers use on their machine. */
import { valueAt } from "../compose/model.ts";
import { answerDeadlineMs, type DockerCall } from "./ask.ts";
import { askEngine } from "./engine-socket.ts";

export interface Usage {
  /** As `docker stats` counts it: without the file cache that the system gives away first. */
  readonly memoryBytes: number;
  /** Seconds of one processor since the containers have started. */
  readonly cpuSeconds: number;
}

/**
 * What these containers use together, with one question for each. Undefined if none of them runs, or if the engine does
 * not answer at a socket of this machine: the docker program takes seconds for it.
 */
export async function usageOf(call: DockerCall, ids: readonly string[]): Promise<Usage | undefined> {
  const answers = await Promise.all(
    // Without `one-shot` the engine waits for a second look at the processor.
    ids.map((id) => askEngine(call, `/containers/${id}/stats?stream=false&one-shot=true`, answerDeadlineMs)),
  );
  const found = answers.flatMap((answer) => readStats(answer) ?? []);
  if (found.length === 0) return undefined;
  return {
    memoryBytes: found.reduce((sum, one) => sum + one.memoryBytes, 0),
    cpuSeconds: Math.round(found.reduce((sum, one) => sum + one.cpuSeconds, 0)),
  };
}

/** Undefined for a container that has ended. */
export function readStats(answer: unknown): Usage | undefined {
  const memory = valueAt(answer, "memory_stats");
  const usage = valueAt(memory, "usage");
  const cpu = valueAt(valueAt(valueAt(answer, "cpu_stats"), "cpu_usage"), "total_usage");
  if (typeof usage !== "number" || typeof cpu !== "number") return undefined;
  const details = valueAt(memory, "stats");
  // Control groups of version 2, and of version 1.
  const cache = valueAt(details, "inactive_file") ?? valueAt(details, "total_inactive_file");
  return {
    memoryBytes: usage - (typeof cache === "number" && cache < usage ? cache : 0),
    cpuSeconds: cpu / 1e9,
  };
}
