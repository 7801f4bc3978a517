import type { Config } from "../config/config.ts";
import { findComposeFiles } from "../docker/compose-files.ts";
import { requireDocker } from "../docker/prerequisites.ts";
import type { Environment } from "../environment/environment.ts";
import { ensureDataFolder } from "../resources/data-folder.ts";
import { dockerCallOf } from "../resources/docker-call.ts";
import { requireSameEngine } from "../resources/own-engine.ts";
import { ensureSession, tmuxOf } from "../resources/session.ts";
import { requireTmux } from "../tmux/call.ts";
import { ensureContainersAndSession } from "./containers-and-session.ts";
import type { Operation } from "./exclusively.ts";
import { ownerOf } from "./owner.ts";

/**
 * Data folder, containers and session as they should be, without the init and setup scripts: what a reboot took comes
 * back.
 */
export async function ensureResources(
  operation: Operation,
  environment: Environment,
  config: Config,
): Promise<void> {
  const owner = ownerOf(operation, environment);
  const files = findComposeFiles(environment.path, config, owner.callersEnv);
  const usesDocker = environment.dockerProject !== null;
  await requireTmux(tmuxOf(owner));
  ensureDataFolder(owner);
  if (usesDocker !== (files !== undefined)) {
    const change = usesDocker ? "has no compose file any more" : "has a compose file now";
    operation.narrator.warn(`the workspace ${change}: for that to count, mono destroy and mono init it`);
  } else if (files !== undefined) {
    await operation.narrator.during("asking the Docker engine", async () =>
      requireSameEngine(owner, await requireDocker(dockerCallOf(owner))),
    );
    const { prepareContainers } = await import("./prepare-containers.ts");
    const { model } = await prepareContainers(operation.context, owner, files);
    await ensureContainersAndSession(owner, { files, model });
    return;
  }
  await ensureSession(owner);
}
