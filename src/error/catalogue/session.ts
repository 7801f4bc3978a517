/** tmux, and the session of an environment. */
import { define } from "../define.ts";

interface Session {
  readonly session: string;
}

const installTmux = "install tmux 3.2 or newer";
const lookAtTmux = "see whether tmux works by itself (tmux list-sessions), then try again";

export const tmuxMissing = define("tmux-missing", {
  message: () => "tmux is not on PATH",
  hint: installTmux,
  when: "The shell that called mono finds no `tmux`.",
  whatToDo:
    "Install it. If it is installed, look at the `PATH` of whatever calls mono: an app may have a shorter one.",
  example: {},
});

export const tmuxOld = define("tmux-old", {
  message: ({ version }: { version: string }) => `tmux ${version} is too old`,
  hint: installTmux,
  when: "The installed tmux lacks options that mono needs.",
  whatToDo: "Install a newer one. A server of the old version goes on until its last session ends.",
  example: { version: "3.1c" },
});

export const sessionTaken = define("session-taken", {
  message: ({ session }: Session) => `the tmux session ${session} is there, and mono has not made it`,
  hint: ({ session }) =>
    `rename it (tmux rename-session -t =${session}: <name>), then try again; an init that is tried again takes another name`,
  when: "A session of the environment's name was made by hand or under another `MONO_HOME`, after the environment or while it was made.",
  whatToDo: "Rename or end it, or call `mono init` again. mono never takes over what it has not made.",
  example: { session: "mono-shop-paris" },
});

export const sessionNotCreated = define("session-not-created", {
  message: ({ session, isGone }: Session & { isGone: boolean }) =>
    `cannot create the tmux session ${session}${isGone ? ": it ended as soon as it was made" : ""}`,
  hint: ({ isGone }) =>
    isGone
      ? "look at your tmux configuration for exit-unattached, and for a default-command, a default-shell or a hook that ends the session"
      : "look at your tmux configuration, and whether tmux works by itself (tmux new-session), then try again",
  when: "tmux refused to make the session, or ended it at once.",
  whatToDo: "The lines are tmux's own. Look at your tmux configuration: it is read when its server starts.",
  example: { session: "mono-shop-paris", isGone: true },
});

export const sessionNotChanged = define("session-not-changed", {
  message: ({ session }: Session) => `cannot change the tmux session ${session}`,
  hint: lookAtTmux,
  when: "tmux refused to set the session's variables, or to start the run script in it: somebody has ended the session meanwhile, for one.",
  whatToDo: "The lines are tmux's own. Call `mono run` again: it makes a session that is gone anew.",
  example: { session: "mono-shop-paris" },
  exampleDetails: ["can't find session: mono-shop-paris"],
});

export const sessionNotEnded = define("session-not-ended", {
  message: ({ session }: Session) => `cannot end the tmux session ${session}: it is still there`,
  hint: ({ session }) => `end it by hand (tmux kill-session -t =${session}), then try again`,
  when: "tmux was told to end the session, and still has it.",
  whatToDo: "End it yourself, then call `mono destroy` again: it goes on from there.",
  example: { session: "mono-shop-paris" },
});

export const noPane = define("no-pane", {
  message: ({ session }: Session) => `the tmux session ${session} has no pane: it has just ended`,
  hint: "try again: mono run makes the session anew",
  when: "The session ended between two looks at it.",
  whatToDo: "Call `mono run` again.",
  example: { session: "mono-shop-paris" },
});
