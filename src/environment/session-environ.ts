/** What a session gets of its caller's environment, and what of the tmux server's it does not. */
import type { Environ } from "../process/child.ts";
import { describesProcess } from "./callers-process.ts";
import { isReserved } from "./child-environ.ts";

/**
 * Where mono was called: in the workspace of the environment (by one of Conductor's scripts, or in the session), in
 * that of another one, or anywhere else, such as a plain terminal.
 */
export type CallersPlace = "here" | "elsewhere" | "anywhere";

/** `isHere` says whether a path that the caller's environment names is this environment's workspace. */
export function callersPlace(env: Environ, isHere: (path: string) => boolean): CallersPlace {
  const named = ["MONO_ENV_PATH", "CONDUCTOR_WORKSPACE_PATH", "CONDUCTOR_ROOT_PATH"]
    .map((name) => env[name])
    .filter((path) => path !== undefined && path !== "");
  if (named.length === 0) return "anywhere";
  return named.some((path) => path !== undefined && isHere(path)) ? "here" : "elsewhere";
}

/**
 * Belongs to the terminal that the caller is in. Programs in the session are in another one, which tmux describes by
 * TERM, TMUX and the like; a window's or terminal's id would lead them to the caller's.
 */
const ofTerminal =
  /^(TERM|TERMCAP|TERMINFO|TERMINFO_DIRS|COLORTERM|COLORFGBG|COLUMNS|LINES|TTY|GPG_TTY|SSH_TTY|WINDOWID|WINDOW|STY|TMUX|TMUX_PANE|VTE_VERSION|LC_TERMINAL|LC_TERMINAL_VERSION)$|^(TERM_|ITERM_|ITERM2_|KITTY_|WEZTERM_|ALACRITTY_|GHOSTTY_|KONSOLE_|GNOME_TERMINAL_|WT_|ZELLIJ)/;

/** tmux's to set. */
const ofTmux = /^SHELL$/;

/** Selects the Docker engine, which is the environment's. */
const ofEngine = /^(DOCKER_HOST|DOCKER_CONTEXT)$/;

/** A client that attaches brings these along, by tmux's `update-environment`. */
const ofWhoeverAttaches =
  /^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|KRB5CCNAME|MSYSTEM|SSH_(ASKPASS|AUTH_SOCK|AGENT_PID|CONNECTION|CLIENT))$/;

/** The person's, or the machine's: as right in one workspace as in another. */
const ofPerson =
  /^(HOME|USER|LOGNAME|MAIL|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|TMUX_TMPDIR|XDG_.*|DBUS_SESSION_BUS_ADDRESS)$/;

/** What the session gets of its caller's environment. */
export function broughtVariables(env: Environ, place: CallersPlace): Environ {
  const isProcesss = describesProcess(env);
  const isLeft = (name: string) =>
    ofTerminal.test(name) ||
    ofTmux.test(name) ||
    ofEngine.test(name) ||
    isProcesss(name) ||
    (place === "elsewhere" && name.startsWith("CONDUCTOR_")) ||
    // Nothing that tmux could not take as a name.
    !/^[^\s=]+$/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isLeft(name)));
}

/** True for a variable that a session loses when a caller from its own workspace does not have it any more. */
export function isWithdrawn(name: string): boolean {
  return !ofWhoeverAttaches.test(name);
}

/** True for a variable that the starter of the tmux server may have left there for every session. */
export function isStarters(name: string): boolean {
  return (
    !ofTerminal.test(name) && !ofTmux.test(name) && !ofWhoeverAttaches.test(name) && !ofPerson.test(name)
  );
}

/** Belongs to one workspace or its engine, so that no session may have it from the server. */
const ofWorkspace = /^(COMPOSE_|CONDUCTOR_|TMUX$|TMUX_PANE$|DOCKER_HOST$|DOCKER_CONTEXT$)/;

/** What of an environment must not reach every session of a tmux server: a workspace's, and what describes a process. */
export function namesForNoServer(env: Environ): (name: string) => boolean {
  const isProcesss = describesProcess(env);
  return (name) => ofWorkspace.test(name) || isReserved(name, (other) => other in env) || isProcesss(name);
}
