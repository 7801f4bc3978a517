/** The table of this host's processes: from /proc, or from `ps` where there is no /proc. */
import type { Environ } from "../child.ts";
import { hasProc } from "../has-proc.ts";
import { processesInProc } from "./proc.ts";
import { askPs, parsePsRow, psColumns } from "./ps.ts";

/** A process that runs. Lists leave out zombies. */
export interface ProcessRow {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  /** Its terminal as tmux names it, without `/dev/` (`pts/3`, `ttys003`); `?` without one. */
  readonly tty: string;
  /** The group in front on its terminal; -1 without a terminal. */
  readonly foregroundGroup: number;
  /** When it started, as text that only compares: equal in every locale and time zone. */
  readonly startTime: string;
  /** Seconds since its start. */
  readonly ageSeconds: number;
  /** The name of its program, without a folder. */
  readonly command: string;
}

/** A process as the system shows it: a zombie keeps its id and its start time. */
export interface SeenProcess extends ProcessRow {
  /** It has ended, and its parent has not asked for its status yet. */
  readonly hasEnded: boolean;
}

/** Every process that runs. Throws a MonoError when `ps` cannot tell. */
export async function listProcesses(env?: Environ): Promise<readonly ProcessRow[]> {
  const seen = hasProc ? processesInProc() : await processesByPs(["-A"], env);
  return seen.filter(({ hasEnded }) => !hasEnded);
}

/** The process that has this id, also a zombie; undefined when the id is free. */
export async function findProcess(pid: number): Promise<SeenProcess | undefined> {
  return (hasProc ? processesInProc([pid]) : await processesByPs(["-p", String(pid)]))[0];
}

async function processesByPs(options: readonly string[], env?: Environ): Promise<readonly SeenProcess[]> {
  const text = await askPs([...options, "-o", psColumns], env);
  return text.split("\n").flatMap((line) => parsePsRow(line) ?? []);
}
