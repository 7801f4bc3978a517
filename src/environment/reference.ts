import { relative } from "node:path";
import type { Environment } from "./environment.ts";

/** What is there for a word that a person has typed for an environment. */
interface Found {
  /** A folder of that name is in the current folder. */
  readonly isFolder: boolean;
  /** That folder, there or gone, has an environment. */
  readonly isWorkspace: boolean;
  /** An environment is called so. */
  readonly isName: boolean;
}

/**
 * Whether a word means a path or a name. What has always been a path stays one, whatever environments are called: a
 * script that destroys the folder beside it never gets another one. `unclear` is a name that is also a folder
 * without an environment.
 */
export function meaningOf({ isFolder, isName, isWorkspace }: Found): "path" | "name" | "unclear" | "nothing" {
  if (isWorkspace) return "path";
  if (isName) return isFolder ? "unclear" : "name";
  return isFolder ? "path" : "nothing";
}

/** True for what may be a name: anything else is a path, and means nothing else. */
export function mayBeName(argument: string): boolean {
  return !argument.includes("/") && argument !== "." && argument !== "..";
}

/** The ways to write an environment: one of them may be what somebody has begun to type. */
export function referencesTo(
  { name, path }: Pick<Environment, "name" | "path">,
  { cwd, homeFolder }: { readonly cwd: string; readonly homeFolder: string },
): readonly string[] {
  const inHome = path.startsWith(`${homeFolder}/`) ? [`~${path.slice(homeFolder.length)}`] : [];
  const fromHere = relative(cwd, path);
  if (fromHere === "") return [name, path, ...inHome, "."];
  const isBelow = fromHere !== ".." && !fromHere.startsWith("../");
  return [name, path, ...inHome, fromHere, ...(isBelow ? [`./${fromHere}`] : [])];
}
