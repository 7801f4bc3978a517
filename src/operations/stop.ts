/** `mono run --stop`: the run ends, the containers stop, and everything stays for the next run. */
import type { Environment } from "../environment/environment.ts";
import { MonoError } from "../error/mono-error.ts";
import { calledByRunScript } from "../error/catalogue/scripts.ts";
import { runTokenVariable } from "../environment/variables.ts";
import { endPause } from "../resources/copy/pause.ts";
import { stopProject } from "../resources/containers.ts";
import { ensureOwnFolder } from "../resources/data-folder.ts";
import { recordAsleep } from "../resources/own-record.ts";
import { requireOwnEngine } from "../resources/own-engine.ts";
import { endLastRun } from "../resources/run/end.ts";
import { isRunGone, lastRun } from "../resources/run/record.ts";
import { findUse } from "../resources/use.ts";
import type { Context } from "./context.ts";
import { exclusively, shortWaitMs } from "./exclusively.ts";
import { list } from "./list.ts";
import { readOwner } from "./owner.ts";
import { type Ended, forSeveral } from "./several.ts";
import { requireEnvironment, requireWhole } from "./workspace.ts";

interface StopOptions {
  /** Only if nothing has happened for this many milliseconds. */
  readonly idleMs: number | undefined;
}

interface Stopped {
  readonly environment: Environment;
  /** Why it was left alone; undefined when it was not. */
  readonly use: string | undefined;
  /** True if there was a run, or there are containers. */
  readonly hasStopped: boolean;
}

/** Ends the run of an environment and stops its containers. The folder of the workspace may be gone. */
export async function stop(context: Context, path: string, { idleMs }: StopOptions): Promise<Stopped> {
  const { name, path: stored } = requireEnvironment(context, path);
  const lock = { command: "run", path: stored, name, waitMs: shortWaitMs } as const;
  return await exclusively(context, lock, async (operation) => {
    // Looked up again: the mono that was waited for may have changed it.
    const environment = requireWhole(context, stored);
    const owner = readOwner(operation, environment);
    ensureOwnFolder(owner);
    const use = idleMs === undefined ? undefined : await findUse(owner, idleMs);
    if (use !== undefined) return { environment, use, hasStopped: false };
    // It would end its own caller, and itself with it.
    const caller = context.env[runTokenVariable];
    const token = lastRun(owner.paths);
    if (caller !== undefined && caller === token) throw calledByRunScript({ environment: name });
    await requireOwnEngine(owner);
    await endPause(owner);
    const hasRun = token !== undefined && !isRunGone(owner.paths, token);
    await operation.narrator.during("ending the run", async () => await endLastRun(owner));
    if (environment.dockerProject === null) return { environment, use, hasStopped: hasRun };
    recordAsleep(owner.paths);
    await stopProject(owner, environment.dockerProject);
    return { environment, use, hasStopped: true };
  });
}

/** `stop` for every environment that may have something to stop. */
export async function stopAll(context: Context, options: StopOptions): Promise<readonly Ended[]> {
  const quiet = new Set<string>(["asleep", "stopped", "initializing", "destroying", "interrupted", "failed"]);
  // For a caller that looks now and then, it is enough that the list says that an engine is off.
  if (options.idleMs !== undefined) quiet.add("engine unreachable");
  const statuses = new Map((await list(context)).map(({ id, status }) => [id, status]));
  const environments = context.environments.list().filter(({ id }) => !quiet.has(statuses.get(id) ?? ""));
  return await forSeveral(context, environments, {
    doing: "stopping",
    async act(own, { name, path }) {
      const stopped = await stop(own, path, options).catch((error: unknown) => {
        // Another mono works on it, so it is in use.
        if (options.idleMs === undefined || !(error instanceof MonoError) || error.code !== "held")
          throw error;
        return undefined;
      });
      if (stopped === undefined) return `${name} is left alone: another mono works on it`;
      return stopped.hasStopped || stopped.use !== undefined ? toldOf(stopped) : undefined;
    },
    failed: (name) => `${name} was not put to sleep`,
  });
}

/** What has become of it, as a sentence. */
export function toldOf({ environment, hasStopped, use }: Stopped): string {
  const { dockerProject, name } = environment;
  if (use !== undefined) return `${name} is left alone: ${use}`;
  if (!hasStopped) return `nothing of ${name} runs`;
  return dockerProject === null
    ? `the run of ${name} is ended`
    : `${name} sleeps: mono run and mono attach wake it`;
}
