import { resolveEngine, withEngine } from "../docker/engine.ts";
import { callersEnviron } from "../environment/child-environ.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { deriveFallbackName, deriveName } from "../environment/name.ts";
import { firstFreeId, portBlockOf } from "../environment/ports.ts";
import { namesTaken } from "../error/catalogue/workspace.ts";
import type { PortProbe } from "../host/listening-ports.ts";
import { isProjectThere } from "../docker/sweep.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import type { Sessions } from "../tmux/sessions.ts";
import type { Context } from "./context.ts";

interface RegisterOptions {
  /** As far as is known yet. */
  readonly usesDocker: boolean;
  readonly isAnyPortInUse: PortProbe;
  readonly sessions: Sessions;
}

/** Inserts the row of a new environment: a name and an id that nobody has. */
export async function register(
  context: Context,
  path: string,
  options: RegisterOptions,
): Promise<Environment> {
  const { environments, home } = context;
  const [first, second] = [deriveName(path), deriveFallbackName(path, home.home)];
  let name = (await isNameTaken(context, first, options)) ? second : first;
  if (name === second && (await isNameTaken(context, second, options))) {
    throw namesTaken({ first, second, resource: resourceNameOf(second) });
  }
  const busy = new Set<number>();
  for (;;) {
    const id = firstFreeId(new Set(environments.list().map((environment) => environment.id)), busy);
    if (await options.isAnyPortInUse(portBlockOf(id))) {
      busy.add(id);
      continue;
    }
    const environment: Environment = {
      id,
      name,
      path,
      dockerProject: null,
      phase: "initializing",
      engine: null,
    };
    // A signal before this leaves nothing to undo; one after it finds the row.
    throwIfInterrupted(context.interruption);
    if (environments.insert(environment) === "inserted") return environment;
    // Another init was faster: with the id, which the next round sees, or with the name.
    if (environments.findByName(name) !== undefined) name = second;
  }
}

/** Taken by a row, or by a session or a Compose project that no row owns: never adopt what is not ours. */
async function isNameTaken(
  context: Context,
  name: string,
  { sessions, usesDocker }: RegisterOptions,
): Promise<boolean> {
  if (context.environments.findByName(name) !== undefined || sessions.has(resourceNameOf(name))) return true;
  if (!usesDocker) return false;
  const env = callersEnviron(context.env);
  const call = { env: withEngine(env, resolveEngine(env)), cwd: "/" };
  return await isProjectThere(call, resourceNameOf(name));
}
