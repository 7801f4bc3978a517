/** What may be meant by an argument or by a flag's value of which a part is typed. The caller keeps what begins so. */
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Environment } from "../../environment/environment.ts";
import { referencesTo } from "../../environment/reference.ts";
import { findReference } from "../../operations/reference.ts";
import { servicesOf } from "../../operations/service.ts";
import type { CommandContext } from "../command-context.ts";

/** Environments: by their names when nothing is typed yet, else in any way to write them. */
export function proposeEnvironments({ homeFolder, operations }: CommandContext, partial: string): string[] {
  const environments = operations.environments.list();
  if (partial === "") return environments.map(({ name }) => name);
  const ways = environments.flatMap((one) => referencesTo(one, { cwd: operations.cwd, homeFolder }));
  return [...new Set(ways)];
}

/** Folders, one level at a time; hidden ones when their dot is typed. */
export function proposeFolders({ homeFolder, operations }: CommandContext, partial: string): string[] {
  if (partial === "~") return ["~/"];
  const end = partial.lastIndexOf("/") + 1;
  const parent = partial.slice(0, end);
  const folder = parent.startsWith("~/")
    ? join(homeFolder, parent.slice(1))
    : resolve(operations.cwd, parent);
  return readdirSync(folder)
    .filter((name) => partial[end] === "." || !name.startsWith("."))
    .filter((name) => name.startsWith(partial.slice(end)))
    .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true)
    .toSorted()
    .map((name) => `${parent}${name}/`);
}

/** Services of the environment that is in the line already, or would be meant without one; else of all. */
export function proposeServices({ homeFolder, operations, typed }: CommandContext): string[] {
  const words = typed.slice(1).filter((word) => !word.startsWith("-"));
  const paths = words.map((word) => (word.startsWith("~/") ? join(homeFolder, word.slice(1)) : word));
  const meant = [...paths, undefined].flatMap((word) => findReference(operations, word) ?? []);
  const environments: readonly Environment[] =
    meant[0] === undefined ? operations.environments.list() : [meant[0]];
  return [...new Set(environments.flatMap((environment) => servicesOf(operations, environment)))].toSorted();
}
