import { endBackground } from "../resources/background.ts";
import { removeContainers } from "../resources/containers.ts";
import { removeDataFolder } from "../resources/data-folder.ts";
import type { Owner } from "../resources/owner.ts";
import { endRun } from "../resources/run-end.ts";
import { lastRun } from "../resources/run-record.ts";
import { isCalledInSession, removeSession } from "../resources/session.ts";
import type { Operation } from "./exclusively.ts";

/**
 * Removes what an environment owns, in the reverse order of its making, and its row last: whatever stops on the way,
 * the row is there and the next destroy goes on. Every step is idempotent. Called in the environment's own session,
 * which takes mono along when it ends, the session goes last of all.
 */
export async function removeEverything({ context }: Operation, owner: Owner): Promise<void> {
  const { narrator } = owner;
  await narrator.during("ending what still runs of the scripts", () => endScripts(owner));
  const isInside = await isCalledInSession(owner);
  const endSession = () => narrator.during("ending the tmux session", () => removeSession(owner));
  if (!isInside) await endSession();
  await narrator.during("removing the containers", () => removeContainers(owner));
  await narrator.during("removing the data directory", () => removeDataFolder(owner));
  context.environments.remove(owner.environment);
  if (isInside) await endSession();
}

async function endScripts(owner: Owner): Promise<void> {
  const token = lastRun(owner.paths);
  if (token !== undefined) await endRun(owner, token);
  await endBackground(owner);
}
