/** `mono logs --follow`: keeps reading when containers stop and start again, and when another run begins. */
import type { ExitStatus } from "../process/child.ts";
import { listenTo } from "../process/listen.ts";
import { type LoggedContainer, startsCommand } from "../docker/logs.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { environmentPaths } from "../environment/paths.ts";
import { MonoError } from "../error/mono-error.ts";
import { type ContainerLog, createContainerLog } from "../docker/container-log.ts";
import { resolveDockerCall } from "../resources/docker-call.ts";
import { followRunLogs } from "../resources/run/log.ts";
import type { Context } from "./context.ts";
import { findContainers, type LogSources, lossOf, runName, sourceOf } from "./log-sources.ts";
import { readViewer } from "./owner.ts";

/** Milliseconds between two looks at whether the environment is still there. */
const lookEveryMs = 500;
/** Milliseconds until the engine is asked again after it has not answered, and a container that has broken off. */
const againMs = 1000;

/** Returns when the environment has been destroyed. */
export async function followLogs(
  context: Context,
  environment: Environment,
  sources: LogSources,
): Promise<ExitStatus> {
  const { hasContainers, hasRun, stop, tail, take, warn } = sources;
  const run = {
    tail,
    take: (lines: Buffer) => take(runName, lines),
    onLoss: (bytes: number) => warn(lossOf(bytes)),
    stop,
  };
  await Promise.race([
    untilDestroyed(context, environment, stop),
    ...(hasRun ? [followRunLogs(environmentPaths(context.home, environment.name), run)] : []),
    ...(hasContainers ? [followContainers(context, environment, sources)] : []),
  ]);
  if (!stop.aborted) warn(`${environment.name} is destroyed`);
  return 0;
}

async function untilDestroyed(
  { environments }: Context,
  { name, path }: Environment,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted && environments.findByPath(path)?.name === name) await Bun.sleep(lookEveryMs);
}

/** Reads each container for as long as it runs, and on when it has started again. */
async function followContainers(
  context: Context,
  environment: Environment,
  sources: LogSources,
): Promise<void> {
  const { stop } = sources;
  const failure = Promise.withResolvers<never>();
  // Somebody listens now and then only.
  failure.promise.catch(() => {});
  const logs = new Map<string, ContainerLog>();
  const followed = new Set<string>();
  const said = new Set<string>();
  const started = new Set<string>();
  let wake = Promise.withResolvers<void>();
  const lookAgain = () => wake.resolve();
  listenToStarts(context, environment, sources, (id) => {
    started.add(id);
    lookAgain();
  }).catch(failure.reject);
  let isFirstLook = true;
  while (!stop.aborted) {
    const containers = await lookUntilAnswered(context, environment, sources);
    for (const container of containers) {
      const { id, isRunning } = container;
      if (followed.has(id)) continue;
      const hasStarted = started.delete(id);
      const known = logs.get(id);
      if (known !== undefined && !isRunning && !hasStarted) continue;
      const call = resolveDockerCall(readViewer(context, environment));
      // What a container prints that is made later is all new.
      const log = known ?? createContainerLog(call, container, isFirstLook ? sources.tail : undefined);
      logs.set(id, log);
      followed.add(id);
      followContainer(container, log, sources, said)
        .then(() => followed.delete(id))
        .then(lookAgain, failure.reject);
    }
    isFirstLook = false;
    await Promise.race([wake.promise, failure.promise]);
    wake = Promise.withResolvers<void>();
  }
}

async function followContainer(
  container: LoggedContainer,
  log: ContainerLog,
  { stop, take, warn }: LogSources,
  said: Set<string>,
): Promise<void> {
  const source = sourceOf(container);
  const complaints = await log.readOn({ follow: true, take: (lines) => take(source, lines), stop });
  if (complaints.length === 0 || stop.aborted) return;
  // One that is being removed is no reason to complain; one that cannot be read is, once, and is tried again.
  const news = complaints.map((line) => `${source}: ${line}`).filter((line) => !said.has(line));
  if (container.isRunning) {
    for (const line of news) {
      warn(line);
      said.add(line);
    }
  }
  await Bun.sleep(againMs);
}

/** The containers; an engine that does not answer is waited for, and named once. */
async function lookUntilAnswered(
  context: Context,
  environment: Environment,
  sources: LogSources,
): Promise<readonly LoggedContainer[]> {
  for (let times = 0; !sources.stop.aborted; times++) {
    try {
      return await findContainers(context, environment, sources);
    } catch (error) {
      if (!(error instanceof MonoError)) throw error;
      if (times === 0) sources.warn(`${error.message}: waiting for the engine`);
      await Bun.sleep(againMs);
    }
  }
  return [];
}

/** Tells of each start of a container, for as long as the engine tells. */
async function listenToStarts(
  context: Context,
  environment: Environment,
  { stop }: LogSources,
  onStart: (id: string) => void,
): Promise<void> {
  const call = resolveDockerCall(readViewer(context, environment));
  while (!stop.aborted) {
    const child = listenTo(startsCommand(call, resourceNameOf(environment.name)));
    stop.addEventListener("abort", child.end);
    const decoder = new TextDecoder();
    for await (const bytes of child.output) {
      const ids = decoder.decode(bytes).split("\n");
      for (const id of ids) if (id !== "") onStart(id);
    }
    stop.removeEventListener("abort", child.end);
    // The engine has stopped: it is asked again, and may have started containers meanwhile.
    if (!stop.aborted) await Bun.sleep(againMs);
    onStart("");
  }
}
