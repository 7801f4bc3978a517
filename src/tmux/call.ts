/**
 * The way of every call to tmux.
 *
 * - The person's own server, at its default socket: `tmux attach -t mono-<name>` works from any terminal.
 * - Exact targets only, `=name:` with the colon: a bare name also matches longer ones, and without the colon some
 *   commands refuse it.
 * - Values travel by standard input (`source-file -`), since `ps` shows a server's command line for as long as it runs.
 * - With `-u`: in a locale without UTF-8, tmux answers with `_` for every line feed and every letter that is not ASCII.
 * - A server keeps the environment of the process that starts it, so it is started without what belongs to one workspace.
 */
import { namesForNoServer } from "../environment/session-environ.ts";
import { tmuxMissing, tmuxOld, tmuxUnclear } from "../error/catalogue/session.ts";
import {
  type Answer,
  capture,
  type Environ,
  ProgramMissingError,
  type RecordGroup,
} from "../process/child.ts";

const answerDeadlineMs = 10_000;
const minimumVersion = [3, 2] as const;

export interface Tmux {
  readonly env: Environ;
  /** A folder that exists, whatever becomes of the workspace. */
  readonly cwd: string;
}

/** How a call with effects reaches tmux: a client that a dead mono left must not act beside the next one. */
export interface TmuxAtWork extends Tmux {
  readonly recordGroup: RecordGroup;
}

/** The session of exactly that name. */
export function targetOf(session: string): string {
  return `=${session}:`;
}

/** Calls tmux for an effect. */
export async function change(tmux: TmuxAtWork, args: readonly string[], input?: string): Promise<Answer> {
  return await call(tmux, args, input, tmux.recordGroup);
}

/**
 * What tmux says when the thing in question is not there: then the answer is no. `no current target` comes from a server
 * without any session: it is about to exit, or stays because of `exit-empty off`.
 */
const notThere =
  /^(no server running on .*|error connecting to .* \(No such file or directory\)|no such session: .*|can't find (session|window|pane): .*|no sessions|no current target)$/m;
/** What it says when its server ends just now: the next question gets the answer. */
const ending = /^(server exited unexpectedly|server exited|lost server)$/m;
const endingMs = 100;

/**
 * What tmux prints about something; undefined when it says that it is not there, or that no server runs at its socket.
 * Throws when tmux cannot tell: that proves nothing.
 */
export async function askAbout(tmux: Tmux, args: readonly string[]): Promise<string | undefined> {
  let answer = await ask(tmux, args);
  if (answer.exitCode !== 0 && ending.test(answer.stderr)) {
    await Bun.sleep(endingMs);
    answer = await ask(tmux, args);
  }
  const { exitCode, stderr, stdout } = answer;
  if (exitCode === 0) return stdout;
  if (saysNotThere(answer)) return undefined;
  throw tmuxUnclear({ command: args[0] ?? "", exitCode }, { details: [stderr.trim() || stdout.trim()] });
}

/** True when tmux says that what it was asked about is not there. */
export function saysNotThere({ exitCode, stderr }: Pick<Answer, "exitCode" | "stderr">): boolean {
  return exitCode !== 0 && notThere.test(stderr.trim());
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
  const isForNone = namesForNoServer(tmux.env);
  const env = Object.fromEntries(Object.entries(tmux.env).filter(([name]) => !isForNone(name)));
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

/** The version of the program, as `requireVersion` takes it. */
export async function programVersion(tmux: Tmux): Promise<string> {
  return (await ask(tmux, ["-V"])).stdout.trim().replace(/^tmux /, "");
}

/** Throws when a tmux of this version lacks options of a single pane, or `source-file -`. */
export function requireVersion(version: string): void {
  const [, major, minor] = /^(?:next-)?(\d+)\.(\d+)/.exec(version) ?? [];
  // A version without a number is a development build, which is newer than any release.
  if (major === undefined || minor === undefined) return;
  const isNew =
    Number(major) > minimumVersion[0] ||
    (Number(major) === minimumVersion[0] && Number(minor) >= minimumVersion[1]);
  if (!isNew) throw tmuxOld({ version });
}
