/** The cases of a corpus: folders that are the roots of workspaces, as their users keep them. */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import type { ComposeModel, Service } from "../../src/compose/model.ts";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { findComposeFiles } from "../../src/docker/compose-files.ts";
import type { World } from "../support/world.ts";

export interface Case {
  readonly name: string;
  readonly folder: string;
  /** What a user would give `docker compose` in that folder: the `-f` and `--profile` that mono.yml stands for. */
  readonly options: readonly string[];
}

/**
 * The cases of a corpus, sorted; only those that are named, if any are. They are the folders below `<corpus>/<kind>`, or,
 * where a folder has none of the kinds, those in it which mono would find compose files in.
 */
export async function findCases(
  corpus: string,
  kind: "runnable" | "original",
  only: readonly string[] = [],
): Promise<readonly Case[]> {
  const isCorpus = ["runnable", "original"].some((name) => existsSync(resolve(corpus, name)));
  const folder = isCorpus ? resolve(corpus, kind) : resolve(corpus);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  const chosen = names.filter((name) => only.length === 0 || only.includes(name)).toSorted();
  const cases = await Promise.all(
    chosen.map(async (name): Promise<Case[]> => {
      const path = join(folder, name);
      const config = await loadConfig(path);
      if (!isCorpus && findComposeFiles(path, config, {}) === undefined) return [];
      return [{ name, folder: path, options: optionsOf(config) }];
    }),
  );
  return cases.flat();
}

function optionsOf({ composeFiles, profiles }: Config): readonly string[] {
  return [
    ...composeFiles.flatMap((file) => ["-f", file]),
    ...profiles.flatMap((profile) => ["--profile", profile]),
  ];
}

/**
 * What plain `docker compose` makes of a case in a folder, called as its user would call it there: the services that it
 * would start, and their world. `projectOptions` may name another project than the user's own.
 */
export async function plainModel(
  world: World,
  folder: string,
  { options }: Case,
  projectOptions: readonly string[] = [],
): Promise<ComposeModel> {
  const { exitCode, stdout, stderr } = await world.call(
    // YAML: the JSON output fails on what the YAML output prints.
    ["docker", "compose", ...projectOptions, ...options, "config"],
    { cwd: folder, env: { PWD: folder } },
  );
  if (exitCode !== 0) throw new Error(`docker compose config fails without mono: ${stderr.trim()}`);
  return parse(stdout, { maxAliasCount: -1, logLevel: "silent" }) as ComposeModel;
}

/** The names on the engine of the networks or volumes that the model calls external. */
export function externalNames(model: ComposeModel, kind: "networks" | "volumes"): readonly string[] {
  return Object.entries(model[kind] ?? {}).flatMap(([key, thing]) =>
    thing?.external === true ? [thing.name ?? key] : [],
  );
}

/** The service whose network a service has: itself, or the one that `network_mode` names; undefined without one. */
export function networkOwner(model: ComposeModel, name: string): Service | undefined {
  const service = model.services[name];
  const mode = service?.network_mode;
  if (mode === undefined) return service;
  const [, owner] = /^service:(.*)$/.exec(mode) ?? [];
  return owner === undefined ? undefined : networkOwner(model, owner);
}
