/** From what the user typed to an environment: its path, as ever, or its name where that is certain. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Environment } from "../environment/environment.ts";
import { mayBeName, meaningOf } from "../environment/reference.ts";
import { noSuchName, unclearReference } from "../error/catalogue/arguments.ts";
import { MonoError } from "../error/mono-error.ts";
import { nearest } from "../error/nearest.ts";
import type { Context } from "./context.ts";
import { findEnvironment, requirePath } from "./workspace.ts";

/**
 * The path that the argument of a command means which is about an existing environment. Throws when a word may mean two
 * things, or nothing.
 */
export function requireReference(context: Context, argument: string | undefined): string {
  if (argument === undefined || argument === "" || !mayBeName(argument))
    return requirePath(context, argument);
  const path = resolve(context.cwd, argument);
  const named = context.environments.findByName(argument);
  const meaning = meaningOf({
    isFolder: isFolderAt(path),
    isWorkspace: findEnvironment(context, path) !== undefined,
    isName: named !== undefined,
  });
  if (meaning === "path") return path;
  if (named === undefined) throw unknownWord(context, argument, path);
  if (meaning === "name") return named.path;
  throw unclearReference({ word: argument, path: named.path });
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

/** A folder that may not be looked at is none. */
function isFolderAt(path: string): boolean {
  return existsSync(`${path}/.`);
}
