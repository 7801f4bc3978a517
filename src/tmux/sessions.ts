/** The sessions that a tmux server has: what they are called, whose they are, what they hand to programs. */
import { sessionNotChanged, sessionNotEnded, tmuxUnclear } from "../error/catalogue/session.ts";
import {
  askAbout,
  change,
  programVersion,
  requireVersion,
  saysNotThere,
  targetOf,
  type Tmux,
  type TmuxAtWork,
} from "./call.ts";
import {
  type Pane,
  panesCommand,
  parsePanes,
  parseTerminals,
  type Terminals,
  terminalsCommand,
} from "./panes.ts";
import { type SessionCommand, thisSession, toSourceText } from "./source-text.ts";

export async function hasSession(tmux: Tmux, session: string): Promise<boolean> {
  return (await askAbout(tmux, ["has-session", "-t", targetOf(session)])) !== undefined;
}

/** The names of sessions, and their maker's mark (`createSession`), empty without one. */
export type Sessions = ReadonlyMap<string, string>;

/** An option of the session: who has made it. */
export const ownerOption = "@mono_owner";
const listCommand = ["list-sessions", "-F", `#{session_id} #{${ownerOption}} #{session_name}`];
/** No line that `listCommand` prints begins like this: those begin with an id. */
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
  /** Ids such as `$3`, by the session's name: a session that is renamed keeps its id. */
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

export interface ServerAndTerminals {
  readonly server: FoundServer;
  readonly terminals: Terminals;
}

/** The same, with the terminals of all panes, in one question. */
export async function findServerAndTerminals(tmux: Tmux): Promise<ServerAndTerminals> {
  const { server, rest } = await askServer(tmux, ...terminalsCommand);
  return { server, terminals: parseTerminals(rest) };
}

/** The commands that print the server and its sessions; `readServer` reads what they print. */
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

/** Writes down the names of the variables that callers have brought. */
export function markBrought(names: readonly string[]): SessionCommand {
  return { name: "set-option", args: ["-t", thisSession, broughtOption, names.join(" ")] };
}

export interface Server extends FoundServer {
  /** What it hands to every session. */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * What there is before a session is made, in one question. Throws when tmux is missing, is too old, or cannot tell. The
 * version is the server's or, when none runs, that of the tmux program.
 */
export async function lookAtServer(tmux: Tmux): Promise<Server> {
  const { server, rest } = await askServer(tmux, "show-environment", "-g");
  requireVersion(server.pid === undefined ? await programVersion(tmux) : server.version);
  return { ...server, variables: parseVariables(rest) };
}

/** A session that is there. */
export interface FoundSession {
  readonly panes: readonly Pane[];
  /** The variables that it hands to every program which is started in it. */
  readonly variables: ReadonlyMap<string, string>;
  /** The names of the variables that callers have brought (`markBrought`). */
  readonly brought: ReadonlySet<string>;
  /** What tmux starts in a new window: the person's own command, or their login shell. */
  readonly shell: readonly [string, ...string[]];
}

const broughtLine = "=brought=";
const shellLine = "=shell=";

/** A session, in one question; undefined when it is not there. Throws when tmux cannot tell. */
export async function lookAtSession(tmux: Tmux, session: string): Promise<FoundSession | undefined> {
  const target = targetOf(session);
  const show = (format: string) => ["display-message", "-p", "-t", target, format];
  const text = await askAbout(tmux, [
    ...panesCommand(session),
    ";",
    ...show(`${broughtLine}#{${broughtOption}}`),
    ";",
    "show-environment",
    "-t",
    target,
    ";",
    ...show(`${shellLine}#{default-shell}\n#{default-command}`),
  ]);
  return text === undefined ? undefined : parseSession(text);
}

function parseSession(text: string): FoundSession {
  const [panes, rest] = cutAt(text, text.indexOf(`\n${broughtLine}`));
  // The last one: the value of a variable may contain any lines.
  const [head, tail] = cutAt(rest, rest.lastIndexOf(`\n${shellLine}`));
  const [brought = "", ...variables] = head.split("\n");
  const [shell = "/bin/sh", ...command] = tail.slice(shellLine.length).replace(/\n$/, "").split("\n");
  const ownCommand = command.join("\n");
  return {
    panes: parsePanes(panes),
    variables: parseVariables(variables.join("\n")),
    brought: new Set(brought.slice(broughtLine.length).split(/\s+/).filter(Boolean)),
    shell: ownCommand === "" ? [shell, "-l"] : [shell, "-c", ownCommand],
  };
}

/** What is before a line break and after it. Throws when tmux has not answered to every command. */
function cutAt(text: string, index: number): readonly [string, string] {
  if (index === -1) {
    throw tmuxUnclear({ command: "list-panes", exitCode: 0 }, { details: text.split("\n").slice(0, 5) });
  }
  return [text.slice(0, index), text.slice(index + 1)];
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

/**
 * Ends a session that was found on a server, whatever it is called by now; one that is not there any more is fine.
 * Another server may have started meanwhile, and have given the id to a session of its own.
 */
export async function killSession(
  tmux: TmuxAtWork,
  { ids, pid }: FoundServer,
  session: string,
): Promise<void> {
  const id = ids.get(session) ?? "";
  const kill = ["if-shell", "-F", `#{==:#{pid},${pid}}`, `kill-session -t '${id}:'`];
  const answer = await change(tmux, [...kill, ";", "has-session", "-t", `${id}:`]);
  // When the server ends along with its last session, the answer may prove nothing: then tmux is asked again.
  if (saysNotThere(answer)) return;
  const now = await findServer(tmux);
  if (now.pid === pid && [...now.ids.values()].includes(id)) throw sessionNotEnded({ session });
}
