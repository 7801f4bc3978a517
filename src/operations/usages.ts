import { selectEngine } from "../docker/engine.ts";
import { type Usage, usageOf } from "../docker/stats.ts";
import { callersEnviron } from "../environment/child-environ.ts";
import type { Environment } from "../environment/environment.ts";
import type { Context } from "./context.ts";
import { seeContainers } from "./list-in-full.ts";

/** What the containers of environments take, by their ids: all of them, or those that are given. */
export async function findUsages(
  context: Context,
  given?: readonly Environment[],
): Promise<ReadonlyMap<number, Usage>> {
  const environments = given ?? context.environments.list();
  const containers = await seeContainers(context, environments);
  const found = await Promise.all(
    environments.map(async (environment) => {
      const running = (containers(environment) ?? []).filter(({ state }) => state === "running");
      const call = { env: selectEngine(callersEnviron(context.env), environment.engine), cwd: "/" };
      const usage = await usageOf(
        call,
        running.map(({ id }) => id),
      );
      return usage === undefined ? [] : [[environment.id, usage] as const];
    }),
  );
  return new Map(found.flat());
}
