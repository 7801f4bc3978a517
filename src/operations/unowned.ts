/** What engines have that looks like mono's, and is of no environment of this home: it is named, and never touched. */
import { engineVariables, resolveEngine, selectEngine } from "../docker/engine.ts";
import { projectLabel } from "../docker/labels.ts";
import type { Thing } from "../docker/ownership.ts";
import { listThings } from "../docker/things.ts";
import { callersEnviron } from "../environment/child-environ.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { MonoError } from "../error/mono-error.ts";
import type { Context } from "./context.ts";

export interface UnownedProject {
  readonly project: string;
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
}

/**
 * Compose projects with names as mono gives them that no row has: left by a home that was deleted, or another home's. On the
 * engines that environments are on, and with `onCallers` on the caller's; what does not answer tells of none.
 */
export async function findUnowned(
  context: Context,
  { onCallers }: { readonly onCallers: boolean },
): Promise<readonly UnownedProject[]> {
  const env = callersEnviron(context.env);
  const rows = context.environments.list();
  const owned = new Set(rows.map(({ dockerProject }) => dockerProject));
  const used = rows.flatMap(({ dockerProject, engine }) => (dockerProject === null ? [] : [engine]));
  const all = [...(onCallers ? [resolveEngine(env)] : []), ...used];
  // One engine may stand in the rows with its id and without.
  const engines = new Map(all.map((engine) => [JSON.stringify(engineVariables(engine)), engine])).values();
  const things = await Promise.all(
    [...engines].map(async (engine) => {
      try {
        const call = { env: selectEngine(env, engine), cwd: "/" };
        return await listThings(call, [{ label: [projectLabel] }]);
      } catch (error) {
        if (error instanceof MonoError) return [];
        throw error;
      }
    }),
  );
  const projects = Map.groupBy(things.flat(), ({ labels }) => labels[projectLabel] ?? "");
  return [...projects]
    .filter(([project]) => project.startsWith(resourceNameOf("")) && !owned.has(project))
    .map(([project, those]) => ({ project, ...countsOf(those) }))
    .toSorted((one, other) => one.project.localeCompare(other.project));
}

function countsOf(things: readonly Thing[]) {
  const count = (kind: Thing["kind"]) => things.filter((thing) => thing.kind === kind).length;
  return { containers: count("container"), networks: count("network"), volumes: count("volume") };
}
