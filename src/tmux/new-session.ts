import { sessionNotCreated, sessionTaken } from "../error/catalogue/session.ts";
import { ask, change, targetOf, type Tmux, type TmuxAtWork } from "./call.ts";
import { poll } from "../process/poll.ts";
import { isLoginShell } from "./login-shells.ts";
import { markPane } from "./panes.ts";
import { hasSession, ownerOption } from "./sessions.ts";
import { literal, type SessionCommand, toSourceText } from "./source-text.ts";

interface NewSession {
  readonly name: string;
  readonly folder: string;
  /** A mark without spaces; the session has it from its first moment. */
  readonly owner: string;
}

/**
 * Makes a detached session in its folder and gives it commands before anybody's shell starts in it: its first window
 * holds a placeholder until they have run. Its pane is the one in which mono starts runs. Throws when the session is
 * not there afterwards, which exit code 0 does not rule out (`exit-unattached`, a broken configuration).
 */
export async function createSession(
  tmux: TmuxAtWork,
  { name: session, folder, owner }: NewSession,
  commands: readonly SessionCommand[],
): Promise<void> {
  const create = () => {
    // A fixed size, since a session that nobody is attached to has none; a client that attaches resizes it.
    const start = lastSemicolonEscaped(literal(folder));
    // It says that it has made the session: what fails after that fails since the session has ended.
    const args = ["new-session", "-d", "-P", "-s", session, "-c", start, "-x", "200", "-y", "50", "cat"];
    const mark = ["set-option", "-t", targetOf(session), ownerOption, owner];
    // Before the server looks for sessions to destroy: mono's are there for a person who comes and goes.
    const keep = ["set-option", "-t", targetOf(session), "destroy-unattached", "off"];
    const window = { name: "new-window", args: ["-k", "-t", `${targetOf(session)}^`, "-c", literal(folder)] };
    return change(
      tmux,
      [...args, ";", ...keep, ";", ...mark, ";", "source-file", "-"],
      toSourceText(targetOf(session), [...commands, window, markPane(`${targetOf(session)}^`)]),
    );
  };
  let answer = await create();
  // A server that is just exiting refuses now and then: once more, and a new one is started.
  if (answer.exitCode !== 0 && !(await hasSession(tmux, session))) answer = await create();
  if (answer.exitCode === 0 && (await hasStayed(tmux, session))) return;
  const wasMade = answer.exitCode === 0 || answer.stdout !== "";
  const isThere = await hasSession(tmux, session);
  // Somebody else's, made since the last look.
  if (!wasMade && isThere) throw sessionTaken({ session });
  const isGone = wasMade && !isThere;
  throw sessionNotCreated({ session, isGone }, { details: isGone ? [] : [answer.stderr.trim()] });
}

/** Milliseconds in which what runs in place of a login shell has failed if it fails at once. */
const commandStartMs = 150;
const lookEveryMs = 20;

/** True unless the session has gone at once, with all that it was made for. */
async function hasStayed(tmux: Tmux, session: string): Promise<boolean> {
  const format = "#{exit-unattached}#{default-command}\n#{default-shell}";
  const look = async () => {
    const { exitCode, stdout } = await ask(tmux, ["display-message", "-p", "-t", targetOf(session), format]);
    if (exitCode !== 0) return false;
    // A server that nobody is attached to lives on for a client that asks it something, so exit-unattached needs the wait.
    const shell = /^0\n(.+)$/.exec(stdout.trimEnd())?.[1];
    return (shell !== undefined && isLoginShell(shell)) || undefined;
  };
  return (await poll(look, { everyMs: lookEveryMs, deadlineMs: commandStartMs })) ?? true;
}

/** A semicolon at the end of an argument would end the command. */
function lastSemicolonEscaped(argument: string): string {
  return argument.replace(/;$/, String.raw`\;`);
}
