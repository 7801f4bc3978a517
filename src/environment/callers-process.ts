/**
 * What describes the process that called mono, not a person or a workspace. Scripts, the session and the tmux server get
 * none of it: a session keeps what it is given for every later command.
 */
import type { Environ } from "../process/child.ts";

interface Entry {
  /** Why it would be wrong in another process. */
  readonly why: string;
  readonly names: RegExp;
  /** Without a variable of this name, the entry does not apply: then the names are a person's own. */
  readonly onlyWith?: RegExp;
  /** Any other value is a person's own. */
  readonly onlyValue?: RegExp;
}

/** One that runs commands for a person. Their settings (`CLAUDE_CODE_USE_BEDROCK`, `CODEX_HOME`) are the person's. */
const agents =
  /^(AI_AGENT|CLAUDECODE|CLAUDE_CODE_(ENTRYPOINT|SESSION_ID|CHILD_SESSION|EXECPATH|SSE_PORT)|CLAUDE_PROJECT_DIR|CODEX_(SANDBOX|SANDBOX_NETWORK_DISABLED|CI|THREAD_ID)|CURSOR_(AGENT|TRACE_ID|INVOKED_AS)|GEMINI_CLI|CLINE_ACTIVE|OPENCODE|OPENCODE_(PID|CLIENT|SERVER|SESSION)|COPILOT_CLI|AUGMENT_AGENT|ANTIGRAVITY_(AGENT|CLI_ALIAS)|AMP_CURRENT_THREAD_ID|QWEN_CODE)$/;

const entries: readonly Entry[] = [
  {
    why: "git tells its hooks and aliases which repository they are about (git rev-parse --local-env-vars): git in the session would work on another one",
    names:
      /^GIT_(ALTERNATE_OBJECT_DIRECTORIES|CONFIG|CONFIG_PARAMETERS|CONFIG_COUNT|CONFIG_(KEY|VALUE)_\d+|OBJECT_DIRECTORY|DIR|WORK_TREE|IMPLICIT_WORK_TREE|GRAFT_FILE|INDEX_FILE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|PREFIX|INTERNAL_SUPER_PREFIX|SHALLOW_FILE|COMMON_DIR)$/,
  },
  {
    why: "git tells its hooks which operation they belong to: later commits would get its date, or its name in the reflog",
    names:
      /^GIT_(EXEC_PATH|AUTHOR_DATE|COMMITTER_DATE|REFLOG_ACTION|QUARANTINE_PATH|PUSH_OPTION_(COUNT|\d+)|INTERNAL_.*)$/,
  },
  {
    why: "git and agents have no editor for what they start: a commit in the session would open none",
    names: /^(GIT_EDITOR|GIT_SEQUENCE_EDITOR)$/,
    onlyValue: /^(:|true)$/,
  },
  { why: "an agent's mark: programs in the session would take themselves for started by it", names: agents },
  {
    why: "agents read output without a pager; a person in the session does not",
    names: /^(PAGER|GIT_PAGER|GH_PAGER|MANPAGER)$/,
    onlyWith: agents,
    onlyValue: /^(cat|)$/,
  },
  {
    why: "npm tells the script that it runs what it is: an npm of the session would take it for its own settings",
    names: /^npm_|^INIT_CWD$/,
    onlyWith: /^npm_(lifecycle_event|command)$/,
  },
  {
    why: "make passes its flags and its job server to its children: a make of the session would wait for a closed pipe",
    names: /^(MAKEFLAGS|MFLAGS|MAKEOVERRIDES|MAKELEVEL|MAKE_TERMOUT|MAKE_TERMERR)$/,
    onlyWith: /^MAKELEVEL$/,
  },
  {
    why: "direnv and mise keep what they have changed in this shell: in the next one they would take it back",
    names: /^(DIRENV_(DIR|FILE|DIFF|WATCHES|DUMP_FILE_PATH|IN_ENVRC)|__MISE_.*|MISE_SHELL)$/,
  },
  {
    why: "shells count themselves in it, and each has its own",
    names: /^(_|PWD|OLDPWD|SHLVL)$/,
  },
  {
    why: "the sockets of an editor's window, which are gone when it is closed",
    names:
      /^(VSCODE_(IPC_HOOK.*|GIT_.*|INJECTION|PID|CWD|NLS_CONFIG|CODE_CACHE_PATH|ESM_ENTRYPOINT|HANDLES_UNCAUGHT_ERRORS|INSPECTOR_OPTIONS|L10N_BUNDLE_LOCATION|CRASH_REPORTER_PROCESS_TYPE)|NVIM|NVIM_LISTEN_ADDRESS)$/,
  },
  {
    why: "an editor answers git's questions for passwords, through a socket of its window",
    names: /^(GIT_ASKPASS|SSH_ASKPASS)$/,
    onlyWith: /^VSCODE_GIT_IPC_HANDLE$/,
  },
  {
    why: "makes a program of Electron a plain Node: an editor that is started in the session would not open",
    names: /^(ELECTRON_(RUN_AS_NODE|NO_ATTACH_CONSOLE)|CHROME_DESKTOP|ORIGINAL_XDG_CURRENT_DESKTOP)$/,
  },
  {
    why: "Node's pipe to the process that it has forked: another Node would fail at the number",
    names: /^NODE_(CHANNEL_FD|CHANNEL_SERIALIZATION_MODE|UNIQUE_ID)$/,
  },
  {
    why: "systemd and launchd tell a service which one it is, and where to report: a server of the session would report in its place",
    names:
      /^(INVOCATION_ID|JOURNAL_STREAM|NOTIFY_SOCKET|LISTEN_(FDS|PID|FDNAMES|PIDFDID)|WATCHDOG_(PID|USEC)|MAINPID|MANAGERPID|SYSTEMD_EXEC_PID|MEMORY_PRESSURE_(WATCH|WRITE)|(RUNTIME|STATE|CACHE|LOGS|CONFIGURATION|CREDENTIALS)_DIRECTORY|XPC_SERVICE_NAME|XPC_FLAGS|__CFBundleIdentifier)$/,
  },
];

/** Says of each variable of an environment whether it describes the process that has it. */
export function describesProcess(env: Environ): (name: string) => boolean {
  const names = Object.keys(env);
  const applying = entries.filter(
    ({ onlyWith }) => onlyWith === undefined || names.some((name) => onlyWith.test(name)),
  );
  return (name) =>
    applying.some(
      (entry) =>
        entry.names.test(name) && (entry.onlyValue === undefined || entry.onlyValue.test(env[name] ?? "")),
    );
}

/** An environment without what describes the process that has it. */
export function withoutCallersProcess(env: Environ): Environ {
  const isProcesss = describesProcess(env);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isProcesss(name)));
}
