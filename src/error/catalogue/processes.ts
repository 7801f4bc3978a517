/** Programs that mono calls, their ends, and signals. */
import { define } from "../define.ts";

export const noAnswer = define("no-answer", {
  message: ({ command, seconds }: { command: string; seconds: number }) =>
    `${command} did not answer within ${seconds} s`,
  hint: "see whether it answers when you call it yourself, then try again",
  when: "A program that answers at once on a healthy machine took so long that mono ended it.",
  example: { command: "docker ps", seconds: 30 },
});

/** The class is `ProgramMissingError`. */
export const programMissing = define("program-missing", {
  message: ({ program }: { program: string }) => `${program} is not on PATH`,
  hint: "install it, or put it on PATH, then try again",
  when: "A program that every Unix system has, such as `ps`, is not found.",
  example: { program: "ps" },
});

export const groupNotEnded = define("group-not-ended", {
  message: ({ group }: { group: number }) => `the processes of group ${group} cannot be ended`,
  hint: ({ group }) =>
    `look at them with: ps -A -o pid,pgid,user,args | grep ${group}; end them with: sudo kill -9 -- -${group}`,
  when: "Something that a script has started runs as another user, or hangs in the kernel, and survives SIGKILL.",
  example: { group: 4711 },
});

export const processesNotEnded = define("processes-not-ended", {
  message: ({ what, pids }: { what: string; pids: readonly number[] }) =>
    `${what} cannot be ended: ${pids.join(" ")}`,
  hint: ({ pids }) => `end them with: sudo kill -9 ${pids.join(" ")}, then try again`,
  when: "Processes of the last run, or of a script, survive SIGKILL, for example because they belong to another user.",
  example: { what: "processes of the last run", pids: [4711, 4712] },
});

export const processesNotListed = define("processes-not-listed", {
  message: ({ exitCode }: { exitCode: number }) => `cannot list the processes: ps exited with ${exitCode}`,
  hint: "let the system's own /bin/ps come first on PATH; see what yours prints for: ps -A -o pid=,tpgid=",
  when: "On a system without /proc mono asks `ps`, and the one on `PATH` lacks the options of POSIX: the one in BusyBox, for example.",
  example: { exitCode: 1 },
});

export const psForbidden = define("ps-forbidden", {
  message: () => "cannot list the processes: this process is not allowed to start ps",
  hint: "call mono outside of the sandbox, or let the sandbox start /bin/ps",
  when: "The sandbox of a coding agent forbids programs that run as root. On macOS `ps` is one.",
  example: {},
});

export const portsNotListed = define("ports-not-listed", {
  message: ({ exitCode }: { exitCode: number }) =>
    `cannot see which ports are in use: netstat exited with ${exitCode}`,
  hint: "see what netstat -an prints; a sandbox may have to allow it",
  when: "On macOS mono asks `netstat` which ports are in use before it gives some to an environment, and that failed.",
  example: { exitCode: 1 },
});

export const pipeNotMade = define("pipe-not-made", {
  message: ({ folder }: { folder: string }) => `cannot make a pipe in ${folder}`,
  hint: "make sure that the folder can be written to, that its disk has room, and that it is not on a network or Windows disk",
  when: "Scripts and Docker Compose write to named pipes, which mono makes in a folder of its own.",
  example: { folder: "~/.mono/environments/shop-paris" },
});

interface Signal {
  readonly name: string;
  readonly number: number;
}

export const interrupted = define("interrupted", {
  code: "interrupted",
  message: ({ name }: Signal) => `interrupted by ${name}`,
  hint: "run the command again: it continues, or starts over",
  signalNumber: ({ number }) => number,
  when: "Ctrl-C, a closed terminal or `kill` has ended the command. An init undoes what it has made, and says so if it cannot.",
  example: { name: "SIGINT", number: 2 },
});
