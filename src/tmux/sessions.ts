/** The sessions of the server that are there: what they are called, whose they are, what they hand to programs. */
import { sessionNotChanged, sessionNotEnded, tmuxUnclear } from "../error/catalogue/session.ts";
import {
  ask,
  askAbout,
  change,
  programVersion,
  requireVersion,
  saysNotThere,
  targetOf,
  type Tmux,
  type TmuxAtWork,
} from "./call.ts";
import { parseTerminals, type Terminals, terminalsCommand } from "./panes.ts";
import { type SessionCommand, thisSession, toSourceText } from "./source-text.ts";

export async function hasSession(tmux: Tmux, session: string): Promise<boolean> {
  return (await askAbout(tmux, ["has-session", "-t", targetOf(session)])) !== undefined;
}

/** The names of sessions, and their maker's mark (`createSession`), empty without one. */
export type Sessions = ReadonlyMap<string, string>;

/**
 * All sessions of the server. Throws when tmux is missing, is too old, or cannot tell. Without a server it is the program
 * that knows its version.
 */
export async function requireSessions(tmux: Tmux): Promise<Sessions> {
  const { pid, sessions, version } = await findServer(tmux);
  requireVersion(pid === undefined ? await programVersion(tmux) : version);
  return sessions;
}

/** An option of the session: who has made it. */
export const ownerOption = "@mono_owner";
const listCommand = ["list-sessions", "-F", `#{session_id} #{${ownerOption}} #{session_name}`];
/** No session has a mark like this. */
const serverLine = "=server=";
const serverCommand = ["display-message", "-p", `${serverLine} #{pid} #{version} #{socket_path}`];

/** Makes a session mono's: it has an owner, and stays when nobody is attached to it. */
export function markOwner(owner: string): SessionCommand[] {
  return [
    { name: "set-option", args: ["-t", thisSession, "destroy-unattached", "off"] },
    { name: "set-option", args: ["-t", thisSession, ownerOption, owner] },
  ];
}

/** The server that answers at the caller's socket. */
export interface FoundServer {
  readonly sessions: Sessions;
  /** `$3`, by the session's name: it stays when a session is renamed. */
  readonly ids: ReadonlyMap<string, string>;
  /** Its process; undefined when there is none. */
  readonly pid: number | undefined;
  /** Empty when there is none. */
  readonly version: string;
  readonly socket: string;
}

/** The server and its sessions. Throws when tmux cannot tell. */
export async function findServer(tmux: Tmux): Promise<FoundServer> {
  return (await askServer(tmux)).server;
}

/** The same, with the terminals of all panes, in one question. */
export async function findServerAndTerminals(
  tmux: Tmux,
): Promise<{ readonly server: FoundServer; readonly terminals: Terminals }> {
  const { server, rest } = await askServer(tmux, ...terminalsCommand);
  return { server, terminals: parseTerminals(rest) };
}

/** What tells of the server, as commands; `readServer` reads what they print. */
export const serverCommands = [...listCommand, ";", ...serverCommand];

/** The server, and what one more command prints, in one question. */
async function askServer(tmux: Tmux, ...more: readonly string[]) {
  const args = more.length === 0 ? serverCommands : [...serverCommands, ";", ...more];
  return readServer(await askAbout(tmux, args));
}

/** Reads what `serverCommands` have printed, and gives what follows. Undefined stands for no server. */
export function readServer(text: string | undefined): {
  readonly server: FoundServer;
  readonly rest: string;
} {
  const end = text?.search(new RegExp(`(?<=^${serverLine} .*)\n`, "m")) ?? -1;
  if (text === undefined || end === -1) return { server: parseServer(text), rest: "" };
  return { server: parseServer(text.slice(0, end)), rest: text.slice(end + 1) };
}

/** A server proves by its own line that it has answered: a list that is empty proves nothing. */
function parseServer(text: string | undefined): FoundServer {
  if (text === undefined)
    return { sessions: new Map(), ids: new Map(), pid: undefined, version: "", socket: "" };
  const lines = text.split("\n").filter((line) => line !== "");
  const form = new RegExp(`^${serverLine} (\\d+) (\\S+) (.*)$`);
  const [, pid, version = "", socket = ""] = form.exec(lines.pop() ?? "") ?? [];
  const rows = lines.map((line) => /^(\$\d+) (\S*) (.+)$/.exec(line));
  if (pid === undefined || rows.includes(null)) {
    throw tmuxUnclear({ command: "list-sessions", exitCode: 0 }, { details: text.split("\n").slice(0, 5) });
  }
  const named = rows.flatMap((row) => (row === null ? [] : [row]));
  return {
    sessions: new Map(named.map(([, , mark = "", name = ""]) => [name, mark] as const)),
    ids: new Map(named.map(([, id = "", , name = ""]) => [name, id] as const)),
    pid: Number(pid),
    version,
    socket,
  };
}

/** Gives a session its name back. */
export async function renameSession(tmux: TmuxAtWork, id: string, name: string): Promise<void> {
  const { exitCode, stderr } = await change(tmux, ["rename-session", "-t", id, name]);
  if (exitCode !== 0) throw sessionNotChanged({ session: name }, { details: [stderr.trim()] });
}

/** The variables that the session hands to every program which is started in it. */
export async function sessionEnvironment(tmux: Tmux, session: string): Promise<ReadonlyMap<string, string>> {
  return parseVariables((await askAbout(tmux, ["show-environment", "-t", targetOf(session)])) ?? "");
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
  const text = (await askAbout(tmux, ["show-options", "-qv", "-t", targetOf(session), broughtOption])) ?? "";
  return new Set(text.split(/\s+/).filter((name) => name !== ""));
}

/** Writes down the names of the variables that callers have brought. */
export function markBrought(names: readonly string[]): SessionCommand {
  return { name: "set-option", args: ["-t", thisSession, broughtOption, names.join(" ")] };
}

export interface Server extends FoundServer {
  /** What it hands to every session. */
  readonly variables: ReadonlyMap<string, string>;
}

/** What there is before a session is made, in one question. Throws when tmux cannot tell. */
export async function lookAtServer(tmux: Tmux): Promise<Server> {
  const { server, rest } = await askServer(tmux, "show-environment", "-g");
  return { ...server, variables: parseVariables(rest) };
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
  const target = targetOf(session);
  const answer = await change(tmux, ["kill-session", "-t", target, ";", "has-session", "-t", target]);
  // A server that ends with its last session says nothing that proves it.
  if (saysNotThere(answer)) return;
  if (await hasSession(tmux, session)) throw sessionNotEnded({ session });
}
