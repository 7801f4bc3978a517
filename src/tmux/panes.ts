/** The panes of a session: what runs in them, and which one is mono's. */
import { askAbout, targetOf, type Tmux } from "./call.ts";
import { literal, type SessionCommand } from "./source-text.ts";

/** An option of a pane: that mono starts runs in it. */
const monoPaneOption = "@mono_pane";

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
  /** True when its program has ended and `remain-on-exit` keeps it. */
  readonly isDead: boolean;
  /** The current folder of the program in front. */
  readonly folder: string;
}

const paneFormat = `#{pane_id} #{pane_pid} #{pane_tty} #{${monoPaneOption}} #{pane_dead} #{pane_current_path}`;

/** The panes of a session; none when it is not there. */
export async function listPanes(tmux: Tmux, session: string): Promise<readonly Pane[]> {
  return parsePanes((await askAbout(tmux, panesCommand(session))) ?? "");
}

export function panesCommand(session: string): readonly string[] {
  return ["list-panes", "-s", "-t", targetOf(session), "-F", paneFormat];
}

/** Reads what `panesCommand` has printed. */
export function parsePanes(text: string): readonly Pane[] {
  return text.split("\n").flatMap((line) => {
    const [, id, pid, tty = "", mark, dead, folder = ""] = row.exec(line) ?? [];
    if (id === undefined) return [];
    const own = { id, pid: Number(pid), tty: tty.replace(/^\/dev\//, ""), folder };
    return [{ ...own, isMono: mark === "1", isDead: dead === "1" }];
  });
}

const row = /^(%\d+) (\d+) (\S*) (\S*) (\d) (.*)$/;

/** Whose terminal it is: the session's name, and the process that tmux started there. */
interface TerminalOwner {
  readonly session: string;
  readonly pid: number;
}

/** The terminals of all panes of the server, without `/dev/`. */
export type Terminals = ReadonlyMap<string, TerminalOwner>;

export const terminalsCommand = ["list-panes", "-a", "-F", "#{pane_tty} #{pane_pid} #{session_name}"];

/** Reads what `terminalsCommand` has printed. */
export function parseTerminals(text: string): Terminals {
  const rows = text.split("\n").flatMap((line) => {
    const [, tty, pid, session] = /^\/dev\/(\S+) (\d+) (.+)$/.exec(line) ?? [];
    return tty === undefined || session === undefined ? [] : [[tty, { session, pid: Number(pid) }] as const];
  });
  return new Map(rows);
}

/** Marks a pane, or the one in front of a window, as the one in which mono starts runs. */
export function markPane(pane: string): SessionCommand {
  return { name: "set-option", args: ["-p", "-t", pane, monoPaneOption, "1"] };
}

/**
 * Starts a program in a pane in place of what runs there, all its output piped into a shell command.
 *
 * The pipe comes after the program, since tmux gives none to a pane whose program has ended (`remain-on-exit`). It misses
 * nothing: the server reads a pane's output between command lists only. And the screen is moved into the scrollback
 * first (`-R`), since a respawn clears it.
 */
export function respawnPane(
  pane: string,
  folder: string,
  argv: readonly string[],
  outputTo: string,
): SessionCommand[] {
  return [
    { name: "send-keys", args: ["-R", "-t", pane] },
    { name: "respawn-pane", args: ["-k", "-t", pane, "-c", literal(folder), ...argv] },
    { name: "pipe-pane", args: ["-t", pane, outputTo] },
  ];
}
