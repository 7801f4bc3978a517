import type { Config } from "../config/config.ts";
import { type ComposeFiles, findComposeFiles } from "../docker/compose-files.ts";
import { requireDocker } from "../docker/prerequisites.ts";
import type { Environment } from "../environment/environment.ts";
import { ensureDataFolder } from "../resources/data-folder.ts";
import { isPauseLeft } from "../resources/copy/source-record.ts";
import { forgetAsleep, isFolderReplaced } from "../resources/own-record.ts";
import { requireSameEngine } from "../resources/own-engine.ts";
import type { Owner } from "../resources/owner.ts";
import type { Project } from "../resources/resource.ts";
import { tmuxOf } from "../resources/session.ts";
import { lookAtServer } from "../tmux/sessions.ts";
import { ensureTogether } from "./ensure-together.ts";
import type { Operation } from "./exclusively.ts";
import { readOwner } from "./owner.ts";
import { together } from "./together.ts";

/**
 * Data folder, containers and session as they should be, without the init and setup scripts: what a reboot took away
 * comes back.
 */
export async function ensureResources(
  operation: Operation,
  environment: Environment,
  config: Config,
): Promise<void> {
  const owner = readOwner(operation, environment);
  if (isPauseLeft(owner.paths)) await (await import("../resources/copy/pause.ts")).endPause(owner);
  const files = findComposeFiles(environment.path, config, owner.callersEnv);
  if (isFolderReplaced(owner.paths, environment.path)) {
    operation.narrator.warn(
      `${environment.path} was deleted and made again since init: containers and data are those of the old folder; for new ones, run mono destroy and then mono init`,
    );
  }
  ensureDataFolder(owner);
  const change = modeChange(environment.dockerProject !== null, files !== undefined);
  if (change !== undefined) {
    operation.narrator.warn(
      `the workspace ${change}: for that to take effect, run mono destroy and then mono init`,
    );
  }
  const isStarted = files !== undefined && change === undefined;
  const project = isStarted ? await makeProject(operation, owner, files) : undefined;
  // Read again: the private compose file may have other ports now.
  forgetAsleep(owner.paths);
  await ensureTogether(readOwner(operation, environment), project);
}

/** How the workspace has changed since init so that its environment does not fit it any more. */
export function modeChange(usesDocker: boolean, hasComposeFile: boolean): string | undefined {
  if (usesDocker === hasComposeFile) return undefined;
  return usesDocker ? "has no compose file any more" : "has a compose file now";
}

async function makeProject(operation: Operation, owner: Owner, files: ComposeFiles): Promise<Project> {
  const { prepareContainers } = await import("./prepare-containers.ts");
  const [, { model }] = await together(
    requirePrograms(operation, owner),
    prepareContainers(operation.context, owner, files),
  );
  return { files, model };
}

/** Asked first, lest containers start in vain. Without any, the session is made next, and that asks tmux itself. */
async function requirePrograms({ narrator }: Operation, owner: Owner): Promise<void> {
  await narrator.during("asking tmux and Docker", async () => {
    const [, engineId] = await together(lookAtServer(tmuxOf(owner)), requireDocker(owner.docker));
    await requireSameEngine(owner, engineId);
  });
}
