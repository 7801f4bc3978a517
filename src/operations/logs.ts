import type { Environment } from "../environment/environment.ts";
import { environmentPaths } from "../environment/paths.ts";
import { exitCodeOf } from "../error/mono-error.ts";
import type { ExitStatus } from "../process/child.ts";
import { asInterruptedError } from "../process/interruption.ts";
import { createContainerLog } from "../docker/container-log.ts";
import { resolveDockerCall } from "../resources/docker-call.ts";
import { readRunLog } from "../resources/run/log.ts";
import type { Context } from "./context.ts";
import { followLogs } from "./follow-logs.ts";
import {
  findContainers,
  type LogChoice,
  type LogSources,
  ReaderGoneError,
  runName,
  sourceOf,
  sourcesOf,
} from "./log-sources.ts";
import { readViewer } from "./owner.ts";
import { requireEnvironment } from "./workspace.ts";

interface LogsOptions extends LogChoice {
  /** Go on until the environment is destroyed. */
  readonly follow: boolean;
}

/**
 * Prints what containers and the last run have printed. Takes no lock, and changes nothing. Returns the exit status:
 * who ends it by a signal knows that, and needs no error; 1 when there is something that cannot be read.
 */
export async function logs(context: Context, path: string, options: LogsOptions): Promise<ExitStatus> {
  const environment = requireEnvironment(context, path);
  const stop = new AbortController();
  // A signal is heard also while nobody reads, and nobody leaves.
  const interrupted = Promise.withResolvers<ExitStatus>();
  const { first } = context.interruption;
  const onSignal = () => interrupted.resolve(exitCodeOf(asInterruptedError(first.reason)));
  first.addEventListener("abort", onSignal);
  if (first.aborted) onSignal();
  try {
    const sources = sourcesOf(context, environment, options, stop.signal);
    const read = options.follow ? followLogs : readLogs;
    return await Promise.race([read(context, environment, sources), interrupted.promise]);
  } catch (error) {
    if (error instanceof ReaderGoneError) return 0;
    throw error;
  } finally {
    stop.abort();
    first.removeEventListener("abort", onSignal);
  }
}

async function readLogs(
  context: Context,
  environment: Environment,
  sources: LogSources,
): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const { hasContainers, hasRun, services, stop, tail, take, warn } = sources;
  const call = resolveDockerCall(readViewer(context, environment));
  if (hasContainers) {
    const containers = await findContainers(context, environment, sources);
    const silent = services?.filter((name) => !containers.some(({ service }) => service === name)) ?? [];
    for (const name of silent) warn(`there is no container of ${name}`);
    for (const container of containers) {
      const source = sourceOf(container);
      const log = createContainerLog(call, container, tail);
      const options = { follow: false, take: (lines: Buffer) => take(source, lines), stop };
      const complaints = await log.readOn(options);
      for (const line of complaints) warn(`${source}: ${line}`);
      if (complaints.length > 0) status = 1;
    }
  }
  if (!hasRun) return status;
  const options = { tail, take: (lines: Buffer) => take(runName, lines), onLoss: () => {}, stop };
  const paths = environmentPaths(context.home, environment.name);
  const isRead = await readRunLog(paths, options);
  if (!isRead && !hasContainers) warn(`${environment.name} has not run yet: mono run ${environment.path}`);
  return status;
}
