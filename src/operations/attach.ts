import { loadConfig } from "../config/load.ts";
import { callersEnviron } from "../environment/child-environ.ts";
import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { terminalNeeded } from "../error/catalogue/command-line.ts";
import type { ExitStatus } from "../process/child.ts";
import { attachSession } from "../tmux/attach.ts";
import type { Context } from "./context.ts";
import { ensureResources } from "./ensure-resources.ts";
import { exclusively, type Operation, shortWaitMs } from "./exclusively.ts";
import { list } from "./list.ts";
import { requireEnvironment, requireReady } from "./workspace.ts";

/**
 * Shows the environment's session in this terminal, after bringing back what a reboot took. The lock is held for the
 * latter alone. Returns tmux's exit status when the person has left.
 */
export async function attach(context: Context, path: string, isInteractive: boolean): Promise<ExitStatus> {
  const environment = requireEnvironment(context, path);
  const { name, path: stored } = environment;
  if (!isInteractive) {
    throw terminalNeeded({});
  }
  if (!(await isThere(context, environment))) {
    const lock = { command: "attach", path: stored, name, waitMs: shortWaitMs } as const;
    await exclusively(context, lock, (operation) => bringBack(operation, stored));
  }
  const env = callersEnviron(context.env);
  return await attachSession({ env, cwd: context.cwd }, resourceNameOf(name));
}

/**
 * Two questions, a tenth of what it takes to have Compose look at everything. And ensuring is not without effect:
 * Compose runs one-shots again. What a failed init has left is shown as it is.
 */
async function isThere(context: Context, environment: Environment): Promise<boolean> {
  const [listed] = await list(context, [environment]);
  return listed?.status === "running" || listed?.status === "failed";
}

async function bringBack(operation: Operation, path: string): Promise<void> {
  // Looked up again: the mono that was waited for may have changed it.
  const environment = requireReady(operation.context, path);
  await ensureResources(operation, environment, await loadConfig(environment.path));
}
