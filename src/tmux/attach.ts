import type { ExitStatus } from "../process/child.ts";
import { inherit } from "../process/inherit.ts";
import { ask, targetOf, type Tmux } from "./call.ts";

/**
 * Shows a session of the person's own server in their terminal, until they leave it, and returns tmux's exit status.
 * In a terminal of that server the client switches to it, and stays; in one of another server the session is shown
 * inside, since nothing else would bring the two together.
 */
export async function attachSession(tmux: Tmux, session: string): Promise<ExitStatus> {
  const { env, cwd } = tmux;
  const target = targetOf(session);
  if (await isInside(tmux, session)) {
    return await inherit({ argv: ["tmux", "switch-client", "-t", target], cwd, env });
  }
  // tmux refuses to be called inside tmux for as long as it knows of it.
  const { TMUX: _server, TMUX_PANE: _pane, ...outside } = env;
  return await inherit({ argv: ["tmux", "attach-session", "-t", target], cwd, env: outside });
}

/** True in a terminal of the server that has the session. */
async function isInside(tmux: Tmux, session: string): Promise<boolean> {
  // <socket>,<pid of the server>,<number of the session>
  const socket = /^(.+),\d+,\d+$/.exec(tmux.env["TMUX"] ?? "")?.[1];
  if (socket === undefined) return false;
  const { stdout } = await ask(tmux, ["display-message", "-p", "-t", targetOf(session), "#{socket_path}"]);
  return stdout.trimEnd() === socket;
}
