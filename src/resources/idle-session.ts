/**
 * Sessions that something has brought back after a reboot (tmux-resurrect and the like): they have mono's name, and
 * neither its mark nor its variables.
 */
import { resourceNameOf } from "../environment/environment.ts";
import { listProcesses } from "../process/running/processes.ts";
import { loginShells } from "../tmux/login-shells.ts";
import { lookAtSession } from "../tmux/sessions.ts";
import type { Owner } from "./owner.ts";

/**
 * True when every pane of the environment's session shows a shell that waits for a command, somewhere in the workspace.
 * What has called this mono there counts as its shell.
 */
export async function isIdleInWorkspace(owner: Owner): Promise<boolean> {
  const { callersEnv, environment, home, pid: own } = owner;
  const [session, processes] = await Promise.all([
    lookAtSession({ env: callersEnv, cwd: home }, resourceNameOf(environment.name)),
    listProcesses(callersEnv),
  ]);
  if (session === undefined) return false;
  const shells = new Set([session.shell[0], ...loginShells()].map(programName));
  const ownGroup = processes.find(({ pid }) => pid === own)?.pgid;
  const isIdle = (panePid: number) => {
    const program = processes.find(({ pid }) => pid === panePid);
    if (program === undefined || !shells.has(programName(program.command))) return false;
    return program.foregroundGroup === panePid || program.foregroundGroup === ownGroup;
  };
  return session.panes.every(
    ({ folder, isDead, pid }) => !isDead && isInside(folder, environment.path) && isIdle(pid),
  );
}

/** `/bin/zsh`, `-zsh` and `zsh` are one program: `ps` shows each of them, on one system or another. */
function programName(command: string): string {
  return command.slice(command.lastIndexOf("/") + 1).replace(/^-/, "");
}

function isInside(folder: string, workspace: string): boolean {
  return folder === workspace || folder.startsWith(`${workspace}/`);
}
