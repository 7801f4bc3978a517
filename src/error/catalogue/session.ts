/** tmux, and the session of an environment. */
import { define } from "../define.ts";
import { shellWord } from "../../text/shell-word.ts";

interface Session {
  readonly session: string;
}

const installTmux = "install tmux 3.2 or newer";
const lookAtTmux = "see whether tmux works by itself (tmux list-sessions), then try again";

export const tmuxMissing = define("tmux-missing", {
  message: () => "tmux is not on PATH",
  hint: installTmux,
  when: "The shell that called mono finds no `tmux`. An app may have a shorter `PATH` than your shell.",
  example: {},
});

export const tmuxOld = define("tmux-old", {
  message: ({ version }: { version: string }) => `tmux ${version} is too old`,
  hint: installTmux,
  when: "The installed tmux lacks options that mono needs. A server of the old version runs until its last session ends.",
  example: { version: "3.1c" },
});

export const tmuxUnclear = define("tmux-unclear", {
  message: ({ command, exitCode }: { command: string; exitCode: number }) =>
    `tmux does not say which sessions there are: tmux ${command} exited with ${exitCode}`,
  hint: `mono does not assume that any session is gone: ${lookAtTmux}`,
  when: "tmux answered something that is neither a list of its sessions nor that no server runs: its client is older than its server, this user may not use its socket, or another program is called `tmux`.",
  example: { command: "list-sessions", exitCode: 1 },
});

interface LostServer extends Session {
  readonly pid: number;
  readonly socket: string;
}

export const sessionOutOfReach = define("session-out-of-reach", {
  message: ({ pid, session, socket }: LostServer) =>
    `the tmux session ${session} was made on the server at ${socket}, which runs (pid ${pid}) and is not the one that answers`,
  hint: ({ pid, session, socket }) =>
    `make the server reachable, then try again: call mono with the TMUX_TMPDIR that gives this socket, or make the socket again (kill -USR1 ${pid}); to end the session by hand: tmux -S ${shellWord(socket)} kill-session -t ${shellWord(`=${session}`)}`,
  when: "tmux finds no session of the environment, and the server on which it was made runs: it was called with another `TMUX_TMPDIR`, or the server's socket was deleted, as some systems do with old files in `/tmp`.",
  example: { session: "mono-shop-paris", pid: 4711, socket: "/tmp/tmux-1000/default" },
});

export const sessionTaken = define("session-taken", {
  message: ({ session }: Session & { folder?: string }) =>
    `the tmux session ${session} exists, but mono did not make it`,
  hint: ({ folder, session }) =>
    folder === undefined
      ? `rename it (tmux rename-session -t ${shellWord(`=${session}:`)} <name>), then try again; an init that is tried again takes another name`
      : `rename it (tmux rename-session -t ${shellWord(`=${session}:`)} <name>) and try again; or if it was the environment's, end what runs in it and go to ${folder} in each pane: then mono adopts it`,
  when: "A session of the environment's name was made by hand, under another `MONO_HOME`, or by a tool that brings sessions back after a reboot. mono adopts a session of that name when nobody else has marked it and every pane shows an idle shell in the workspace; any other it leaves alone.",
  example: { session: "mono-shop-paris", folder: "~/conductor/workspaces/shop/paris" },
});

export const sessionNotCreated = define("session-not-created", {
  message: ({ session, isGone }: Session & { isGone: boolean }) =>
    `cannot create the tmux session ${session}${isGone ? ": it ended as soon as it was made" : ""}`,
  hint: ({ isGone }) =>
    isGone
      ? "look at your tmux configuration for exit-unattached, and for a default-command, a default-shell or a hook that ends the session"
      : "look at your tmux configuration, and whether tmux works by itself (tmux new-session), then try again",
  when: "tmux refused to make the session, or ended it at once.",
  example: { session: "mono-shop-paris", isGone: true },
});

export const sessionNotChanged = define("session-not-changed", {
  message: ({ session }: Session) => `cannot change the tmux session ${session}`,
  hint: lookAtTmux,
  when: "tmux refused to set the session's variables, or to start the run script in it: for example, because somebody has ended the session meanwhile.",
  example: { session: "mono-shop-paris" },
});

export const sessionNotEnded = define("session-not-ended", {
  message: ({ session }: Session) => `cannot end the tmux session ${session}: it is still there`,
  hint: ({ session }) => `end it by hand (tmux kill-session -t ${shellWord(`=${session}`)}), then try again`,
  when: "tmux was told to end the session, and still has it.",
  example: { session: "mono-shop-paris" },
});

export const noPane = define("no-pane", {
  message: ({ session }: Session) => `the tmux session ${session} has no pane: it has just ended`,
  hint: "try again: mono run makes a new session",
  when: "The session ended between two looks at it.",
  example: { session: "mono-shop-paris" },
});
