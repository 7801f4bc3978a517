/** The scripts of mono.yml, and runs. */
import { define } from "../define.ts";

/** What a shell says with some statuses, whatever the command. */
function meaningOf(status: number): string {
  if (status === 126) return " (a command in it cannot be executed)";
  if (status === 127) return " (a command in it was not found)";
  return status > 128 && status <= 128 + 31 ? ` (ended by signal ${status - 128})` : "";
}

export const scriptFailed = define("script-failed", {
  message: ({ script, status }: { script: string; status: number }) =>
    `the ${script} script exited with ${status}${meaningOf(status)}`,
  hint: "fix the script in mono.yml, or what it calls, then try again",
  when: "The init, setup or destroy script ended with another status than 0. After a failed init everything is undone. After a failed destroy script nothing was removed, and `mono destroy --force` continues without it.",
  example: { script: "setup", status: 1 },
});

export const runNotStarted = define("run-not-started", {
  message: ({ seconds }: { seconds: number }) =>
    `the run script did not start within ${seconds} s: its pane runs nothing`,
  hint: "look at the pane (mono attach), then try again",
  when: "tmux was told to start the run script, and the script's shell never began.",
  example: { seconds: 20 },
});

interface Front {
  readonly environment: string;
  readonly program: string;
  readonly session: string;
}

export const programInFront = define("program-in-front", {
  message: ({ environment, program }: Front) =>
    `cannot start the run script of ${environment}: ${program} is in the foreground of its terminal`,
  hint: ({ session }) => `end it there first (tmux attach -t ${session}), or end it now: mono run --force`,
  when: "You have started a program yourself in the pane where mono starts runs. It is left alone.",
  example: { environment: "shop-paris", program: "vim", session: "mono-shop-paris" },
});

export const calledByRunScript = define("called-by-run-script", {
  message: ({ environment }: { environment: string }) =>
    `mono run would end its own caller: the run script itself has called mono run for ${environment}`,
  hint: "take mono run out of the run script; to start it again, call mono run in a terminal",
  when: "The run script, or something that it has started, called `mono run` for its own environment. A new run ends the last one, as does `--stop`, and with it the caller.",
  example: { environment: "shop-paris" },
});

export const readerGone = define("reader-gone", {
  code: "interrupted",
  message: () => "nobody reads the output any more: the run was ended",
  hint: "to start it without following its output: mono run, without --follow",
  signalNumber: () => 13,
  when: "Whatever read the output of `mono run --follow` has ended: `| head`, a closed terminal.",
  example: {},
});

export const runEndedWithSession = define("run-ended-with-session", {
  message: ({ environment }: { environment: string }) =>
    `the run of ${environment} has ended with its session`,
  hint: "mono run makes a new session, and starts the script again",
  when: "The tmux session, or the whole tmux server, was ended while `mono run --follow` followed the run.",
  example: { environment: "shop-paris" },
});
