/** What may be meant by an argument or by a flag's value of which a part is typed. The caller keeps what begins so. */
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Environment } from "../../environment/environment.ts";
import { referencesTo } from "../../environment/reference.ts";
import { runName } from "../../operations/log-sources.ts";
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
export function proposeServices(context: CommandContext): string[] {
  const { operations } = context;
  const meant = typedEnvironment(context) ?? findReference(operations, undefined);
  const environments = meant === undefined ? operations.environments.list() : [meant];
  return [...new Set(environments.flatMap((environment) => servicesOf(operations, environment)))].toSorted();
}

/** What logs takes: an environment, and after it services and the run script. */
export function proposeSources(context: CommandContext, partial: string): string[] {
  return typedEnvironment(context) === undefined
    ? proposeEnvironments(context, partial)
    : [...new Set([...proposeServices(context), runName])].toSorted();
}

/** The environment that one of the words in front of the last one means. */
function typedEnvironment({ homeFolder, operations, typed }: CommandContext): Environment | undefined {
  return typed
    .slice(1, -1)
    .filter((word) => word !== "" && !word.startsWith("-"))
    .map((word) => (word.startsWith("~/") ? join(homeFolder, word.slice(1)) : word))
    .flatMap((word) => findReference(operations, word) ?? [])[0];
}
