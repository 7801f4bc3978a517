import { resolveEngine } from "../docker/engine.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { createMark } from "../environment/mark.ts";
import { deriveFallbackName, deriveName } from "../environment/name.ts";
import { environmentPaths } from "../environment/paths.ts";
import { firstFreeId, highestId, portBlockOf } from "../environment/ports.ts";
import { environmentExists, namesTaken, registrationRaced } from "../error/catalogue/workspace.ts";
import type { PortProbe } from "../host/listening-ports.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { isFolderTaken } from "../resources/data-folder.ts";
import { takePlace } from "../resources/place-on-engine.ts";
import type { Sessions } from "../tmux/sessions.ts";
import type { Context } from "./context.ts";
import type { Operation } from "./exclusively.ts";
import { readOwner } from "./owner.ts";

interface RegisterOptions {
  /** As far as is known yet. */
  readonly usesDocker: boolean;
  readonly isAnyPortInUse: PortProbe;
  readonly sessions: Sessions;
}

/** How often other monos may be faster before something else must be wrong. */
const mostRounds = 2 * highestId;

/** What to try first. */
interface Choice {
  readonly mark: string;
  readonly name: string;
  /** Undefined for the smallest that is free. */
  readonly id: number | undefined;
  readonly busy: ReadonlySet<number>;
}

/** Inserts the row of a new environment: a name and an id that no other one of this home has. */
export async function register(
  context: Context,
  path: string,
  options: RegisterOptions,
): Promise<Environment> {
  const { usesDocker } = options;
  const mark = createMark();
  const choice: Choice = { mark, name: deriveName(path), id: undefined, busy: new Set() };
  return await choosePlace(context, path, options, choice, ({ id, name }) => {
    const environment: Environment = {
      id,
      name,
      path,
      dockerProject: usesDocker ? resourceNameOf(name) : null,
      phase: "initializing",
      engine: usesDocker ? resolveEngine(context.env) : null,
      mark,
    };
    return context.environments.insert(environment) === "inserted" ? environment : undefined;
  });
}

/**
 * Makes sure that no other home has the environment's name and ports on its engine. What somebody else has is given up
 * for the next name or id, in the row first: claims of a mono that is killed are found by its row.
 */
export async function settle(
  operation: Operation,
  registered: Environment,
  options: RegisterOptions,
  onMove: (moved: Environment) => void,
): Promise<void> {
  const { context } = operation;
  const fallback = deriveFallbackName(registered.path, context.home.home);
  const busy = new Set<number>();
  let environment = registered;
  for (let round = 0; round < mostRounds; round++) {
    if (environment.dockerProject === null) return;
    throwIfInterrupted(context.interruption);
    const occupied = await takePlace(readOwner(operation, environment));
    if (occupied === undefined) return;
    const { id, mark, name } = environment;
    const isName = occupied.what === "name";
    if (isName && name === fallback)
      throw namesTaken({ first: deriveName(registered.path), second: fallback, holder: occupied.holder });
    if (!isName) busy.add(id);
    const choice = { mark, name: isName ? fallback : name, id: isName ? id : undefined, busy };
    const known = environment;
    environment = await choosePlace(context, registered.path, options, choice, (place) => {
      const moved = { ...known, ...place, dockerProject: resourceNameOf(place.name) };
      return context.environments.rename(moved) === "inserted" ? moved : undefined;
    });
    onMove(environment);
  }
  throw registrationRaced({});
}

interface Place {
  readonly id: number;
  readonly name: string;
}

/** Looks for a name that no row or session has and an id whose ports are free, until `write` gets them. */
async function choosePlace(
  context: Context,
  path: string,
  { isAnyPortInUse, sessions }: RegisterOptions,
  choice: Choice,
  write: (place: Place) => Environment | undefined,
): Promise<Environment> {
  const { environments, home, interruption } = context;
  const second = deriveFallbackName(path, home.home);
  const busy = new Set(choice.busy);
  let name = choice.name;
  for (let round = 0; round < mostRounds; round++) {
    const others = environments.list().filter(({ mark }) => mark !== choice.mark);
    const rival = others.find((other) => other.path === path);
    if (rival !== undefined) throw environmentExists({ name: rival.name, path });
    const isTaken = (wanted: string) =>
      others.some((other) => other.name === wanted) ||
      sessions.has(resourceNameOf(wanted)) ||
      isFolderTaken(environmentPaths(home, wanted));
    if (isTaken(name)) name = second;
    if (isTaken(name)) {
      const holder = `an environment, a tmux session ${resourceNameOf(name)} or a folder has the name`;
      throw namesTaken({ first: deriveName(path), second, holder });
    }
    const id = choice.id ?? firstFreeId(new Set(others.map((other) => other.id)), busy);
    if (choice.id === undefined && (await isAnyPortInUse(portBlockOf(id)))) {
      busy.add(id);
      continue;
    }
    // A signal before this leaves nothing to undo; one after it finds the row.
    throwIfInterrupted(interruption);
    const written = write({ id, name });
    // Otherwise another init was faster with the id or the name, which the next round sees.
    if (written !== undefined) return written;
  }
  throw registrationRaced({});
}
