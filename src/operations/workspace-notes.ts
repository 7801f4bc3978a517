/** What a person should know of a workspace before it gets an environment: it may not be the folder that they mean. */
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { type Config, configFileName } from "../config/config.ts";
import { findComposeFiles } from "../docker/compose-files.ts";
import type { Narrator } from "../log/narrator.ts";
import type { Environ } from "../process/child.ts";
import type { Context } from "./context.ts";
import { contains } from "../environment/paths.ts";
import { findMissing } from "./missing.ts";
import { environmentsAround } from "./workspace.ts";

/** Names the environments whose workspaces are around this one, or in it. */
export function noticeNesting(context: Context, narrator: Narrator, workspace: string): void {
  for (const { name, path } of environmentsAround(context, dirname(workspace)).slice(0, 1)) {
    narrator.warn(`this folder is in the workspace of ${name}, ${path}: it gets an environment of its own`);
  }
  const inside = context.environments.list().filter(({ path }) => contains(workspace, dirname(path)));
  if (inside.length === 0) return;
  const names = inside.map(({ name, path }) => `${name} (${path})`).join(", ");
  narrator.warn(`there are environments for folders in this one: ${names}`);
}

/** Says that environments have lost their folders. */
export function noticeMissing({ environments }: Context, narrator: Narrator): void {
  const count = findMissing(environments.list()).deleted.length;
  if (count === 0) return;
  const whose =
    count === 1 ? "the folder of an environment was" : `the folders of ${count} environments were`;
  narrator.warn(`${whose} deleted: mono destroy --missing removes what is left, and --dry-run shows it`);
}

/** Says what was looked for and is not there, and which names come near. */
export function noticeWhatIsMissing(
  narrator: Narrator,
  workspace: string,
  config: Config,
  env: Environ,
): void {
  const names = namesIn(workspace);
  const hasConfig = names.includes(configFileName);
  const nearMisses = hasConfig ? [] : names.filter(isNearMiss);
  if (nearMisses.length > 0) {
    narrator.warn(`${nearMisses.join(" and ")} is not read: the file has to be called ${configFileName}`);
  }
  if (hasConfig || findComposeFiles(workspace, config, env) !== undefined) return;
  const others = names.filter((name) => /compose.*\.ya?ml$/i.test(name));
  const isNamed = `: name it in ${configFileName} (compose: { files: [${others[0]}] })`;
  narrator.warn(
    `no ${configFileName} and no compose file in ${workspace}${others.length > 0 ? isNamed : ": no scripts and no containers"}`,
  );
}

function isNearMiss(name: string): boolean {
  return (
    name !== configFileName && /^\.?mono\.(ya?ml|json|toml)(\.(txt|bak|orig|sample|example))?$/i.test(name)
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // What init cannot read it says where it needs it.
  }
}
