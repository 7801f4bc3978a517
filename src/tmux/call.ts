/**
 * The way of every call to tmux.
 *
 * - The person's own server, at its default socket: `tmux attach -t mono-<name>` works from any terminal.
 * - Exact targets only, `=name:` with the colon: a bare name also matches longer ones, and without the colon some
 *   commands refuse it.
 * - Values travel by standard input (`source-file -`), since `ps` shows a server's command line for as long as it runs.
 * - With `-u`: in a locale without UTF-8, tmux answers with `_` for every line feed and every letter that is not ASCII.
 * - A server keeps the environment of whoever starts it, so it is started without what belongs to one workspace.
 */
import { tmuxMissing, tmuxOld } from "../error/catalogue/session.ts";
import {
  type Answer,
  capture,
  type Environ,
  ProgramMissingError,
  type RecordGroup,
} from "../process/child.ts";

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
export async function change(tmux: TmuxAtWork, args: readonly string[], input?: string): Promise<Answer> {
  return await call(tmux, args, input, tmux.recordGroup);
}

/** Asks tmux, and changes nothing. */
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
