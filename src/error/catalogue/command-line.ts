/** What was typed cannot be done. */
import { define } from "../define.ts";
import { shellWord } from "../../text/shell-word.ts";

export const noWorkspaceGiven = define("no-workspace-given", {
  code: "usage",
  message: () => "no workspace given",
  hint: "name its folder (the current one is .), or set CONDUCTOR_WORKSPACE_PATH",
  when: "`mono init` was called without a path, or with an empty one, and `CONDUCTOR_WORKSPACE_PATH` is not set.",
  example: {},
});

export const noCommandGiven = define("no-command-given", {
  code: "usage",
  message: () => "no command given",
  hint: "write it after two dashes: mono exec <path> -- <command>",
  when: "`mono exec` was called without a command after `--`.",
  example: {},
});

export const terminalNeeded = define("terminal-needed", {
  code: "usage",
  message: () => "mono attach needs a terminal, and its input or output is not one",
  hint: "call it in a terminal, without a pipe; for a script there is mono run --follow, or mono exec",
  when: "`mono attach` was called in a script, in a pipe, or by a program without a terminal.",
  example: {},
});

export const commandNotFound = define("command-not-found", {
  code: "command-not-found",
  message: ({ program }: { program: string }) => `no such command: ${program}`,
  hint: "check its spelling, and PATH: a program of the workspace needs its path, ./bin/tool",
  when: "The command of `mono exec` is not on `PATH`, or its file is not there. Relative paths count from the workspace.",
  example: { program: "pslq" },
});

export const commandNotExecutable = define("command-not-executable", {
  code: "command-not-executable",
  message: ({ program }: { program: string }) => `not executable: ${program}`,
  hint: ({ program }) => `make it executable (chmod +x), or run it with a shell: sh ${program}`,
  when: "The command of `mono exec` is a file that may not be executed, or a folder.",
  example: { program: "./seed.sh" },
});

export const notAProgram = define("not-a-program", {
  code: "command-not-executable",
  message: ({ program }: { program: string }) => `not a program: ${program}`,
  hint: ({ program }) => `if it is a script, give it a #! line, or run it with a shell: sh ${program}`,
  when: "The command of `mono exec` is an executable file that the system cannot start: a script without a `#!` line, or a program for another machine.",
  example: { program: "./seed.sh" },
});

interface UnknownService {
  readonly environment: string;
  readonly service: string;
  /** Those that there are. */
  readonly services: readonly string[];
  /** The one that was meant, most likely. */
  readonly meant: string | undefined;
}

export const noSuchService = define("no-such-service", {
  code: "usage",
  message: ({ environment, service }: UnknownService) => `${environment} has no service ${service}`,
  hint({ services, meant }) {
    const none = "it has none, since it was made without a compose file";
    const list = services.length === 0 ? none : `there are: ${services.join(", ")}`;
    return meant === undefined ? list : `did you mean ${meant}? ${list}`;
  },
  when: "A service was named that the environment's compose files do not have. A service that is new in the compose files counts after the next `mono run`.",
  example: { environment: "shop-paris", service: "dv", services: ["web", "db"], meant: "db" },
});

export const serviceNotRunning = define("service-not-running", {
  message: ({ service, environment }: { service: string; environment: string; path: string }) =>
    `the service ${service} of ${environment} is not running`,
  hint: ({ path, service }) =>
    `see what it last printed (mono logs ${shellWord(path)} ${service}); mono run and mono attach bring it back`,
  when: "`mono exec --service` needs a container that runs, and the service has none: it has ended, or the machine was restarted.",
  example: { service: "db", environment: "shop-paris", path: "/home/me/shop/paris" },
});
