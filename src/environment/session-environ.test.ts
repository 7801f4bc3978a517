import { expect, test } from "bun:test";
import { broughtVariables, callersPlace, isStarters, isWithdrawn } from "./session-environ.ts";

const isHere = (path: string) => path === "/w/here";

test.each([
  [{}, "anywhere"],
  [{ CONDUCTOR_WORKSPACE_PATH: "", CONDUCTOR_PORT: "1" }, "anywhere"],
  [{ CONDUCTOR_WORKSPACE_PATH: "/w/here" }, "here"],
  [{ CONDUCTOR_WORKSPACE_PATH: "/w/there" }, "elsewhere"],
  // mono init "$CONDUCTOR_ROOT_PATH": obeyed.
  [{ CONDUCTOR_WORKSPACE_PATH: "/w/there", CONDUCTOR_ROOT_PATH: "/w/here" }, "here"],
  [{ MONO_ENV_PATH: "/w/here" }, "here"],
  [{ MONO_ENV_PATH: "/w/there" }, "elsewhere"],
] as const)("%o is called %s", (env, place) => {
  expect(callersPlace(env, isHere)).toBe(place);
});

const own = {
  PATH: "/bin",
  HOME: "/home/ann",
  API_KEY: "secret",
  CONDUCTOR_PORT: "55000",
  COMPOSE_PROFILES: "dev",
  SSH_AUTH_SOCK: "/tmp/agent",
  TMUX_TMPDIR: "/tmp",
  TERMS_OF_SERVICE: "accepted",
  npm_config_registry: "here",
};
const terminals = {
  TERM: "xterm",
  TERM_PROGRAM: "iTerm.app",
  COLORTERM: "truecolor",
  TMUX: "/tmp/s,1,0",
  TMUX_PANE: "%1",
  COLUMNS: "80",
  GPG_TTY: "/dev/pts/1",
  KITTY_WINDOW_ID: "1",
  SHLVL: "3",
  PWD: "/w",
  OLDPWD: "/",
  _: "/bin/mono",
  SHELL: "/bin/fish",
  DOCKER_HOST: "tcp://elsewhere",
};

test("a session gets everything but what belongs to the caller's terminal, process and engine", () => {
  expect(broughtVariables({ ...own, ...terminals }, "here")).toEqual(own);
  expect(broughtVariables({ ...own, ...terminals }, "anywhere")).toEqual(own);
  const { CONDUCTOR_PORT: _port, ...others } = own;
  expect(broughtVariables({ ...own, ...terminals }, "elsewhere")).toEqual(others);
});

test("what npm tells its scripts stays with them", () => {
  const env = { npm_lifecycle_event: "setup", npm_config_registry: "here", NPM_TOKEN: "secret" };
  expect(broughtVariables(env, "here")).toEqual({ NPM_TOKEN: "secret" });
});

test("the server's starter may have left what is neither a terminal's nor a person's", () => {
  const hidden = ["API_KEY", "CONDUCTOR_PORT", "PATH", "npm_config_registry"];
  const kept = ["TERM", "COLORTERM", "HOME", "LANG", "LC_ALL", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK"];
  expect(hidden.filter((name) => !isStarters(name))).toEqual([]);
  expect(kept.filter((name) => isStarters(name))).toEqual([]);
  expect(isWithdrawn("API_KEY")).toBe(true);
  expect(isWithdrawn("SSH_AUTH_SOCK")).toBe(false);
});
