/** From what the user typed to an environment: its path, its name where that is certain, or where they are. */
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Environment } from "../environment/environment.ts";
import { deriveName } from "../environment/name.ts";
import { mayBeName, meaningOf } from "../environment/reference.ts";
import {
  noEnvironmentHere,
  noSuchName,
  twoEnvironmentsMeant,
  unclearReference,
} from "../error/catalogue/arguments.ts";
import { MonoError } from "../error/mono-error.ts";
import { nearest } from "../text/nearest.ts";
import type { Context } from "./context.ts";
import { contains } from "../environment/paths.ts";
import { environmentsAround, findEnvironment, requirePath } from "./workspace.ts";

interface ReferenceOptions {
  /** The environment is to be removed: nothing is guessed then. */
  readonly removes: boolean;
}

/**
 * The path that the argument of a command means which is about an existing environment. Throws when a word may mean two
 * things, or nothing.
 */
export function requireReference(
  context: Context,
  argument: string | undefined,
  { removes }: ReferenceOptions = { removes: false },
): string {
  if (argument === undefined || argument === "") return requireImplied(context, removes);
  if (!mayBeName(argument)) return requirePath(context, argument);
  const path = resolve(context.cwd, argument);
  const named = context.environments.findByName(argument);
  const meaning = meaningOf({
    isFolder: isFolderAt(path),
    isWorkspace: findEnvironment(context, path) !== undefined,
    isName: named !== undefined,
  });
  if (meaning === "path") return path;
  if (named === undefined) throw unknownWord(context, argument, path);
  if (meaning === "name" && !(removes && isAlsoHere(context, named))) return named.path;
  const here = meaning === "name" ? "." : `./${argument}`;
  throw unclearReference({ word: argument, path: named.path, here });
}

/** True if the current folder would get the same name, and is in another workspace or in none. */
function isAlsoHere({ cwd }: Context, named: Environment): boolean {
  const isSameName = deriveName(cwd) === named.name || basename(cwd) === named.name;
  return isSameName && !contains(named.path, cwd);
}

/** A place that says which environment is meant when nothing is typed. */
interface Place {
  /** As the subject of a sentence. */
  readonly what: string;
  readonly path: string;
}

/** Without an argument: the workspace of Conductor's script, that of the session, or that of the current folder. */
function requireImplied(context: Context, removes: boolean): string {
  const places = placesOf(context);
  const [first] = places;
  if (first === undefined) throw noEnvironmentHere({ folder: context.cwd });
  if (!removes) return first.path;
  const meant = places.flatMap((place) => {
    const environment = findEnvironment(context, place.path);
    return environment === undefined ? [] : [{ what: place.what, path: environment.path }];
  });
  const other = meant.find(({ path }) => path !== meant[0]?.path);
  if (meant[0] === undefined || other === undefined) return first.path;
  throw twoEnvironmentsMeant({ one: meant[0], other });
}

function placesOf(context: Context): readonly Place[] {
  const byVariable = ["CONDUCTOR_WORKSPACE_PATH", "MONO_ENV_PATH"].flatMap((name) => {
    const path = context.env[name];
    return path === undefined || path === "" ? [] : [{ what: `$${name}`, path: resolve(context.cwd, path) }];
  });
  const around = environmentsAround(context, context.cwd);
  return [...byVariable, ...around.map(({ path }) => ({ what: "the current folder", path }))];
}

/** The environment that the argument means, if it certainly means one. */
export function findReference(context: Context, argument: string | undefined): Environment | undefined {
  try {
    return findEnvironment(context, requireReference(context, argument));
  } catch (error) {
    if (error instanceof MonoError) return undefined;
    throw error;
  }
}

function unknownWord({ environments }: Context, word: string, path: string): MonoError {
  const names = environments.list().map(({ name }) => name);
  return noSuchName({ word, path, meant: nearest(word, names) });
}

/** A folder that may not be looked at counts as missing. */
function isFolderAt(path: string): boolean {
  return existsSync(`${path}/.`);
}
