/**
 * The calls to tmux.
 *
 * - The person's own server, at its default socket: `tmux attach -t mono-<name>` works from any terminal.
 * - Exact targets only, `=name:` with the colon: a bare name also matches longer ones, and without the colon some
 *   commands refuse it.
 * - Values travel by standard input (`source-file -`), since `ps` shows a server's command line for as long as it runs.
 * - With `-u`: in a locale without UTF-8, tmux answers with `_` for every line feed and every letter that is not ASCII.
 * - A server keeps the environment of whoever starts it, so it is started without what belongs to one workspace.
 */
import {
  sessionNotChanged,
  sessionNotCreated,
  sessionNotEnded,
  sessionTaken,
  tmuxMissing,
  tmuxOld,
} from "../error/catalogue/session.ts";
import {
  type Answer,
  capture,
  type Environ,
  ProgramMissingError,
  type RecordGroup,
} from "../process/child.ts";
import { type SessionCommand, thisSession, toSourceText } from "./source-text.ts";

/** What of the caller's environment belongs to its workspace or terminal, not to every session of the server. */
const workspaceVariable =
  /^(MONO_|COMPOSE_|CONDUCTOR_|TMUX$|TMUX_PANE$|npm_|INIT_CWD$|OLDPWD$|PWD$|DOCKER_HOST$|DOCKER_CONTEXT$)/;

const answerDeadlineMs = 10_000;
const minimumVersion = [3, 2] as const;

export interface Tmux {
  readonly env: Environ;
  /** A folder that exists, whatever becomes of the workspace. */
  readonly cwd: string;
}

/** How a call with effects reaches tmux: a client that a dead mono left must not act behind the next one's back. */
export interface TmuxAtWork extends Tmux {
  readonly recordGroup: RecordGroup;
}

export function isWorkspaceVariable(name: string): boolean {
  return workspaceVariable.test(name);
}

/** The session of exactly that name. */
export function targetOf(session: string): string {
  return `=${session}:`;
}

/** Calls tmux for an effect. */
async function change(tmux: TmuxAtWork, args: readonly string[], input?: string): Promise<Answer> {
  return await call(tmux, args, input, tmux.recordGroup);
}

export async function ask(tmux: Tmux, args: readonly string[]): Promise<Answer> {
  return await call(tmux, args);
}

async function call(
  tmux: Tmux,
  args: readonly string[],
  input?: string,
  recordGroup?: RecordGroup,
): Promise<Answer> {
  const env = Object.fromEntries(Object.entries(tmux.env).filter(([name]) => !isWorkspaceVariable(name)));
  const command = {
    argv: ["tmux", "-u", ...args] as const,
    cwd: tmux.cwd,
    env,
    deadlineMs: answerDeadlineMs,
    recordGroup,
  };
  try {
    return await capture(input === undefined ? command : { ...command, input });
  } catch (error) {
    if (!(error instanceof ProgramMissingError)) throw error;
    throw tmuxMissing({}, { cause: error });
  }
}

/** Makes sure that tmux is there and new enough for options of a single pane, and `source-file -`. */
export async function requireTmux(tmux: Tmux): Promise<void> {
  const { stdout } = await ask(tmux, ["-V"]);
  const version = stdout.trim().replace(/^tmux /, "");
  const [, major, minor] = /^(?:next-)?(\d+)\.(\d+)/.exec(version) ?? [];
  // A version without a number is a development build, which is newer than any release.
  if (major === undefined || minor === undefined) return;
  const isNew =
    Number(major) > minimumVersion[0] ||
    (Number(major) === minimumVersion[0] && Number(minor) >= minimumVersion[1]);
  if (!isNew) throw tmuxOld({ version });
}

export async function hasSession(tmux: Tmux, session: string): Promise<boolean> {
  return (await ask(tmux, ["has-session", "-t", targetOf(session)])).exitCode === 0;
}

/** The names of sessions, and the mark of whoever made them (`createSession`), empty without one. */
export type Sessions = ReadonlyMap<string, string>;

/** All sessions of the server. */
export async function listSessions(tmux: Tmux): Promise<Sessions> {
  return parseSessions((await ask(tmux, listCommand)).stdout);
}

/** An option of the session: who has made it. */
const ownerOption = "@mono_owner";
const listCommand = ["list-sessions", "-F", `#{${ownerOption}} #{session_name}`];

function parseSessions(text: string): Sessions {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))] as const),
  );
}

/** The variables that the session hands to every program which is started in it. */
export async function sessionEnvironment(tmux: Tmux, session: string): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await ask(tmux, ["show-environment", "-t", targetOf(session)]);
  return parseVariables(stdout);
}

/** A value of several lines is cut after its first: it is only compared. */
function parseVariables(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split("\n").flatMap((line) => {
      const [, name, value] = /^([^\s=-][^\s=]*)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** An option of the session: the names of the variables that a caller has brought. */
const broughtOption = "@mono_brought";

export async function broughtNames(tmux: Tmux, session: string): Promise<ReadonlySet<string>> {
  const { stdout } = await ask(tmux, ["show-options", "-qv", "-t", targetOf(session), broughtOption]);
  return new Set(stdout.split(/\s+/).filter((name) => name !== ""));
}

/** Writes down the names of the variables that callers have brought. */
export function markBrought(names: readonly string[]): SessionCommand {
  return { name: "set-option", args: ["-t", thisSession, broughtOption, names.join(" ")] };
}

export interface Server {
  readonly sessions: Sessions;
  /** Its process; undefined when there is none yet. */
  readonly pid: number | undefined;
  /** What it hands to every session. */
  readonly variables: ReadonlyMap<string, string>;
}

/** No session has a mark like this. */
const serverLine = "=server=";

/** What there is before a session is made, in one question. */
export async function lookAtServer(tmux: Tmux): Promise<Server> {
  const pidCommand = ["display-message", "-p", `${serverLine} #{pid}`];
  const { stdout } = await ask(tmux, [...listCommand, ";", ...pidCommand, ";", "show-environment", "-g"]);
  const [, sessions = "", pid, variables = ""] =
    new RegExp(`^(.*?)${serverLine} (\\d+)\n(.*)$`, "s").exec(stdout) ?? [];
  return {
    sessions: parseSessions(sessions),
    pid: pid === undefined ? undefined : Number(pid),
    variables: parseVariables(variables),
  };
}

/** An option of a pane: that mono starts runs in it. */
const monoPaneOption = "@mono_pane";

interface NewSession {
  readonly name: string;
  readonly folder: string;
  /** A mark without spaces; the session has it from its first moment. */
  readonly owner: string;
}

/**
 * Makes a detached session in its folder and gives it commands before anybody's shell starts in it: its first window
 * holds a placeholder until they have run. Its pane is the one in which mono starts runs. Throws when the session is not there afterwards, which exit code 0 does
 * not rule out (`exit-unattached`, a broken configuration).
 */
export async function createSession(
  tmux: TmuxAtWork,
  { name: session, folder, owner }: NewSession,
  commands: readonly SessionCommand[],
): Promise<void> {
  const create = () => {
    // A fixed size, since a session that nobody is attached to has none; whoever attaches resizes it.
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

/** Milliseconds in which a command of the person's own, in place of their shell, has failed if it fails at once. */
const commandStartMs = 150;
const lookEveryMs = 20;

/** True unless the session has gone at once, with all that it was made for. */
async function hasStayed(tmux: Tmux, session: string): Promise<boolean> {
  const deadline = performance.now() + commandStartMs;
  for (;;) {
    const command = await ask(tmux, ["display-message", "-p", "-t", targetOf(session), "#{default-command}"]);
    if (command.exitCode !== 0) return false;
    // The shell is one that tmux has looked at.
    if (command.stdout.trim() === "" || performance.now() >= deadline) return true;
    await Bun.sleep(lookEveryMs);
  }
}

/** A semicolon at the end of an argument would end the command. */
function lastSemicolonEscaped(argument: string): string {
  return argument.replace(/;$/, String.raw`\;`);
}

/** Text that tmux would expand, as itself: `#S` in a folder's name is no session. */
export function literal(text: string): string {
  return text.replaceAll("#", "##");
}

/** Runs commands on a session that is there. */
export async function changeSession(
  tmux: TmuxAtWork,
  session: string,
  commands: readonly SessionCommand[],
): Promise<void> {
  const { exitCode, stderr } = await change(
    tmux,
    ["source-file", "-"],
    toSourceText(targetOf(session), commands),
  );
  if (exitCode === 0 && stderr === "") return;
  throw sessionNotChanged({ session }, { details: [stderr.trim()] });
}

/** A pane of a session, and the person's shell. */
export interface Pane {
  /** `%12`: unique in the server. */
  readonly id: string;
  /** The process that tmux started in it. */
  readonly pid: number;
  /** Its terminal without `/dev/`: what everything started in it has, but for what has left it on purpose. */
  readonly tty: string;
  /** True for the pane in which mono starts runs. */
  readonly isMono: boolean;
}

export async function listPanes(tmux: Tmux, session: string): Promise<readonly Pane[]> {
  const format = `#{pane_id} #{pane_pid} #{pane_tty} #{${monoPaneOption}}`;
  const { stdout } = await ask(tmux, ["list-panes", "-s", "-t", targetOf(session), "-F", format]);
  return stdout.split("\n").flatMap((line) => {
    const [id, pid, tty = "", mark] = line.split(" ");
    return id === undefined || id === ""
      ? []
      : [{ id, pid: Number(pid), tty: tty.replace(/^\/dev\//, ""), isMono: mark === "1" }];
  });
}

/** Marks a pane, or the one in front of a window, as the one in which mono starts runs. */
export function markPane(pane: string): SessionCommand {
  return { name: "set-option", args: ["-p", "-t", pane, monoPaneOption, "1"] };
}

/** Starts a program in a pane in place of what runs there, its output piped into a shell command from the beginning. */
export function respawnPane(
  pane: string,
  folder: string,
  argv: readonly string[],
  outputTo: string,
): SessionCommand[] {
  return [
    { name: "pipe-pane", args: ["-t", pane, outputTo] },
    { name: "respawn-pane", args: ["-k", "-t", pane, "-c", literal(folder), ...argv] },
  ];
}

/** What tmux starts in a new window of the session: the person's own command, or their login shell. */
export async function shellOf(tmux: Tmux, session: string): Promise<readonly [string, ...string[]]> {
  const format = "#{default-shell}\n#{default-command}";
  const { stdout } = await ask(tmux, ["display-message", "-p", "-t", targetOf(session), format]);
  const [shell = "/bin/sh", ...rest] = stdout.replace(/\n$/, "").split("\n");
  const command = rest.join("\n");
  return command === "" ? [shell, "-l"] : [shell, "-c", command];
}

/** Ends a session; one that is not there is fine. */
export async function killSession(tmux: TmuxAtWork, session: string): Promise<void> {
  await change(tmux, ["kill-session", "-t", targetOf(session)]);
  if (await hasSession(tmux, session)) throw sessionNotEnded({ session });
}
