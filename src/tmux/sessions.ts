/** The sessions of the server that are there: what they are called, whose they are, what they hand to programs. */
import { sessionNotChanged, sessionNotEnded } from "../error/catalogue/session.ts";
import { ask, change, targetOf, type Tmux, type TmuxAtWork } from "./call.ts";
import { type SessionCommand, thisSession, toSourceText } from "./source-text.ts";

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
export const ownerOption = "@mono_owner";
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

/** What tmux starts in a new window of the session: the person's own command, or their login shell. */
export async function shellOf(tmux: Tmux, session: string): Promise<readonly [string, ...string[]]> {
  const format = "#{default-shell}\n#{default-command}";
  const { stdout } = await ask(tmux, ["display-message", "-p", "-t", targetOf(session), format]);
  const [shell = "/bin/sh", ...rest] = stdout.replace(/\n$/, "").split("\n");
  const command = rest.join("\n");
  return command === "" ? [shell, "-l"] : [shell, "-c", command];
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

/** Ends a session; one that is not there is fine. */
export async function killSession(tmux: TmuxAtWork, session: string): Promise<void> {
  await change(tmux, ["kill-session", "-t", targetOf(session)]);
  if (await hasSession(tmux, session)) throw sessionNotEnded({ session });
}
