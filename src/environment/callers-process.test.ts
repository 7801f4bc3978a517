import { expect, test } from "bun:test";
import { withoutCallersProcess } from "./callers-process.ts";

const persons = {
  PATH: "/bin",
  GIT_AUTHOR_NAME: "Ann",
  GIT_SSH_COMMAND: "ssh -4",
  GIT_CONFIG_GLOBAL: "/home/ann/gitconfig",
  GIT_EDITOR: "vim",
  CLAUDE_CODE_USE_BEDROCK: "1",
  CODEX_HOME: "/home/ann/codex",
  PAGER: "cat",
  MAKEFLAGS: "-j8",
  npm_config_registry: "here",
  NODE_OPTIONS: "--max-old-space-size=4096",
  SSH_ASKPASS: "/bin/ask",
  XDG_RUNTIME_DIR: "/run/user/1",
};

test("what is a person's or a workspace's stays", () => {
  expect(withoutCallersProcess(persons)).toEqual(persons);
});

test("what git tells its hooks goes: all that git itself lists", () => {
  const { stdout } = Bun.spawnSync(["git", "rev-parse", "--local-env-vars"]);
  const names = stdout.toString().trim().split("\n");
  expect(names).toContain("GIT_INDEX_FILE");
  expect(withoutCallersProcess(Object.fromEntries(names.map((name) => [name, "1"])))).toEqual({});
});

test.each([
  [{ GIT_EDITOR: ":", GIT_AUTHOR_DATE: "now", GIT_EXEC_PATH: "/git" }, {}],
  [{ CLAUDECODE: "1", CLAUDE_CODE_ENTRYPOINT: "cli", GIT_EDITOR: "true" }, {}],
  [{ CODEX_SANDBOX: "seatbelt", PAGER: "cat", GIT_PAGER: "less" }, { GIT_PAGER: "less" }],
  [{ CURSOR_TRACE_ID: "1", GEMINI_CLI: "1", OPENCODE: "1" }, {}],
  [{ npm_lifecycle_event: "setup", npm_config_registry: "here", NPM_TOKEN: "a" }, { NPM_TOKEN: "a" }],
  [{ MAKELEVEL: "1", MAKEFLAGS: "--jobserver-auth=3,4" }, {}],
  [{ DIRENV_DIFF: "x", __MISE_SESSION: "x", DIRENV_LOG_FORMAT: "" }, { DIRENV_LOG_FORMAT: "" }],
  [{ SHLVL: "3", _: "/bin/mono", OLDPWD: "/", PWD: "/w" }, {}],
  [{ VSCODE_GIT_IPC_HANDLE: "/s", GIT_ASKPASS: "/a", VSCODE_PORTABLE: "/p" }, { VSCODE_PORTABLE: "/p" }],
  [{ NODE_CHANNEL_FD: "3", ELECTRON_RUN_AS_NODE: "1" }, {}],
  [{ INVOCATION_ID: "1", LISTEN_FDS: "1", NOTIFY_SOCKET: "/s" }, {}],
])("of %o this stays: %o", (env, left) => {
  expect(withoutCallersProcess(env)).toEqual(left);
});
