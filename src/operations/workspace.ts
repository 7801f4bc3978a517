/** From what the user typed to a workspace, and to its environment. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Environment } from "../environment/environment.ts";
import { noWorkspaceGiven } from "../error/catalogue/command-line.ts";
import {
  environmentFailed,
  environmentNotReady,
  noSuchEnvironment,
  noSuchFolder,
  notAFolder,
  unreadableFolder,
  workspaceGone,
} from "../error/catalogue/workspace.ts";
import { contains, environmentPaths } from "../environment/paths.ts";
import { isSystemError, MonoError, reasonOf } from "../error/mono-error.ts";
import { realPathOf } from "../process/real-path.ts";
import { nearest } from "../text/nearest.ts";
import { failureOf } from "../resources/own-record.ts";
import type { Context } from "./context.ts";

/** The path that init is about: its argument, or `$CONDUCTOR_WORKSPACE_PATH`; absolute. */
export function requirePath({ cwd, env }: Context, argument: string | undefined): string {
  const path = argument === undefined || argument === "" ? env["CONDUCTOR_WORKSPACE_PATH"] : argument;
  if (path !== undefined && path !== "") return resolve(cwd, path);
  throw noWorkspaceGiven({});
}

/** The real path of a workspace that has to be there; `find` finds the environment that it has, if any. */
export function requireWorkspace(
  path: string,
  find: () => Environment | undefined = () => undefined,
): string {
  try {
    const workspace = realpathSync(path);
    if (!statSync(workspace).isDirectory()) throw notAFolder({ path });
    accessSync(workspace, constants.R_OK | constants.X_OK);
    return workspace;
  } catch (error) {
    if (error instanceof MonoError) throw error;
    if (provesAbsence(error)) {
      const environment = find();
      if (environment === undefined) throw noSuchFolder({ path }, { cause: error });
      throw workspaceGone({ name: environment.name, path: environment.path }, { cause: error });
    }
    throw unreadableFolder({ path, reason: reasonOf(error) }, { cause: error });
  }
}

/**
 * The environment of a path, though its folder may be gone, or moved away with a symbolic link in its place: the
 * stored path, the real path, or any stored path that leads to the same folder.
 */
export function findEnvironment({ environments }: Context, path: string): Environment | undefined {
  const real = realPathOf(path);
  const direct = environments.findByPath(real) ?? environments.findByPath(path);
  return direct ?? environments.list().find((environment) => realPathOf(environment.path) === real);
}

/** As `findEnvironment`; throws when there is none. */
export function requireEnvironment(context: Context, path: string): Environment {
  const environment = findEnvironment(context, path);
  if (environment !== undefined) return environment;
  const meant = nearestEnvironment(context.environments.list(), path);
  throw noSuchEnvironment({ path, meant });
}

/** The environment of exactly this stored path, for a caller that has locked it: links may lead elsewhere by now. */
export function requireStored({ environments }: Context, path: string): Environment {
  const environment = environments.findByPath(path);
  if (environment === undefined) throw noSuchEnvironment({ path, meant: undefined });
  return environment;
}

/** What was meant by a path that has none: a neighbour of nearly that name, or an environment that is called so. */
function nearestEnvironment(environments: readonly Environment[], path: string): string | undefined {
  const neighbours = environments.filter((environment) => dirname(environment.path) === dirname(path));
  const neighbour = nearest(
    basename(path),
    neighbours.map((environment) => basename(environment.path)),
  );
  if (neighbour !== undefined) return join(dirname(path), neighbour);
  return environments.find(({ name }) => name === basename(path))?.name;
}

/** The environments whose workspaces the folder is, or is in: the innermost first. */
export function environmentsAround({ environments }: Context, folder: string): readonly Environment[] {
  return environments
    .list()
    .filter(({ path }) => contains(path, folder))
    .toSorted((one, other) => other.path.length - one.path.length);
}

/** As `requireStored`; throws unless its folder is there and it is whole. */
export function requireReady(context: Context, path: string): Environment {
  requireFolderOf(requireStored(context, path));
  return requireWhole(context, path);
}

/** As `requireStored`; throws unless its init has come to a good end. */
export function requireWhole(context: Context, path: string): Environment {
  const environment = requireStored(context, path);
  if (environment.phase === "ready") return environment;
  const { name } = environment;
  const failure = failureOf(environmentPaths(context.home, name));
  throw failure === undefined
    ? environmentNotReady({ name, path })
    : environmentFailed({ name, path, failure });
}

/** Throws when the folder of an environment is gone. */
export function requireFolderOf(environment: Environment): void {
  requireWorkspace(environment.path, () => environment);
}

/** True only if the folder is not there: one below a folder that this user may not enter proves nothing. */
export function isGone(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return provesAbsence(error);
  }
}

function provesAbsence(error: unknown): boolean {
  return isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR");
}

/** True if both paths are one folder, also when it is gone, or one of them is a link to the other. */
export function leadsTo(path: string, workspace: string): boolean {
  return path === workspace || realPathOf(path) === realPathOf(workspace);
}
