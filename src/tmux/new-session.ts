import { sessionNotCreated, sessionTaken } from "../error/catalogue/session.ts";
import { ask, change, targetOf, type Tmux, type TmuxAtWork } from "./call.ts";
import { poll } from "../process/poll.ts";
import { isLoginShell } from "./login-shells.ts";
import { markPane } from "./panes.ts";
import {
  findServer,
  type FoundServer,
  hasSession,
  ownerOption,
  readServer,
  serverCommands,
} from "./sessions.ts";
import { literal, type SessionCommand, toSourceText } from "./source-text.ts";

interface NewSession {
  readonly name: string;
  readonly folder: string;
  /** A mark without spaces; the session has it from its first moment. */
  readonly owner: string;
}

/**
 * Makes a detached session in its folder and gives it commands before anybody's shell starts in it: its first window
 * holds a placeholder until they have run. Its pane is the one in which mono starts runs. Returns the server with it;
 * throws when the session is not there afterwards, which exit code 0 does not rule out (`exit-unattached`, a broken
 * configuration).
 */
export async function createSession(
  tmux: TmuxAtWork,
  { name: session, folder, owner }: NewSession,
  commands: readonly SessionCommand[],
): Promise<FoundServer> {
  const create = () => {
    // A fixed size, since a session that nobody is attached to has none; a client that attaches resizes it.
    const start = lastSemicolonEscaped(literal(folder));
    // `-P` has tmux report that the session was made: whatever fails after that fails because the session has ended.
    const args = ["new-session", "-d", "-P", "-s", session, "-c", start, "-x", "200", "-y", "50", "cat"];
    const mark = ["set-option", "-t", targetOf(session), ownerOption, owner];
    // Before the server looks for sessions to destroy: mono's are there for a person who comes and goes.
    const keep = ["set-option", "-t", targetOf(session), "destroy-unattached", "off"];
    const window = { name: "new-window", args: ["-k", "-t", `${targetOf(session)}^`, "-c", literal(folder)] };
    return change(
      tmux,
      [
        ...args,
        ";",
        ...keep,
        ";",
        ...mark,
        ";",
        "source-file",
        "-",
        ";",
        ...shellCommand(session),
        ";",
        ...serverCommands,
      ],
      toSourceText(targetOf(session), [...commands, window, markPane(`${targetOf(session)}^`)]),
    );
  };
  let answer = await create();
  // A server that is just exiting refuses now and then: once more, and a new one is started.
  if (answer.exitCode !== 0 && !(await hasSession(tmux, session))) answer = await create();
  const server = answer.exitCode === 0 ? await stayedOn(tmux, session, answer.stdout) : undefined;
  if (server !== undefined) return server;
  const wasMade = answer.exitCode === 0 || answer.stdout !== "";
  const isThere = await hasSession(tmux, session);
  // Somebody else's, made since the last look.
  if (!wasMade && isThere) throw sessionTaken({ session });
  const isGone = wasMade && !isThere;
  throw sessionNotCreated({ session, isGone }, { details: isGone ? [] : [answer.stderr.trim()] });
}

/** How many milliseconds to wait for what runs in place of a login shell to fail, if it fails at once. */
const commandStartMs = 150;
const lookEveryMs = 20;

/** What a session starts in its windows: after this word, 0 and 1 stand for a login shell that may stay. */
const shellLine = "=shell=";
const shellFormat = `${shellLine}#{exit-unattached} #{==:#{default-command},} #{default-shell}`;

function shellCommand(session: string): string[] {
  return ["display-message", "-p", "-t", targetOf(session), shellFormat];
}

/**
 * A login shell stays. Anything else may have failed at once, and a server that nobody is attached to lives on for a
 * client that asks it something (`exit-unattached`): both need a wait.
 */
function isSureToStay(text: string): boolean {
  const shell = new RegExp(`^${shellLine}0 1 (.+)$`, "m").exec(text)?.[1];
  return shell !== undefined && isLoginShell(shell);
}

/** The server, unless the session has gone at once, with all that it was made for. `made` is what its making printed. */
async function stayedOn(tmux: Tmux, session: string, made: string): Promise<FoundServer | undefined> {
  if (isSureToStay(made))
    return readServer(made.replace(new RegExp(`^[^]*?^${shellLine}.*\n`, "m"), "")).server;
  const look = async () => {
    const { exitCode, stdout } = await ask(tmux, shellCommand(session));
    if (exitCode !== 0) return false;
    return isSureToStay(stdout) || undefined;
  };
  const hasStayed = (await poll(look, { everyMs: lookEveryMs, deadlineMs: commandStartMs })) ?? true;
  return hasStayed ? await findServer(tmux) : undefined;
}

/** A semicolon at the end of an argument would end the command. */
function lastSemicolonEscaped(argument: string): string {
  return argument.replace(/;$/, String.raw`\;`);
}
