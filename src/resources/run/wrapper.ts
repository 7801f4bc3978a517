/** What mono's pane runs: the script, and around it what tells mono of its start, its output and its end. */
import type { EnvironmentPaths } from "../../environment/paths.ts";
import { runTokenVariable } from "../../environment/variables.ts";
import { shellWord } from "../../text/shell-word.ts";
import { collectWord } from "./collect-word.ts";
import { endMark } from "./parts.ts";

interface RunWrapperOptions {
  readonly paths: EnvironmentPaths;
  readonly token: string;
  /** The person's shell, which takes the pane over when the script has ended. */
  readonly shell: readonly string[];
}

/**
 * The first process of a run: writes its process group down, and waits for the script, which is in that group. `$1` is
 * the script, `$2` the file, `$3` the token. It catches what ends the script, and exits with the script's status: bash
 * with job control would take a job that SIGINT ends for an interruption of its own and exit, and of one that another
 * signal ends it would print the source. A script that ignores SIGHUP outlives its terminal: only the leader of its group
 * proves then whose it is.
 */
const starter = `trap : HUP INT TERM QUIT USR1 USR2 ALRM
(umask 077 && printf '%s %s\\n' "$$" "$3" >"$2.new") && mv "$2.new" "$2" || exit
if [ -x "$1" ]; then "$1"; else sh "$1"; fi
exit $?`;

/**
 * Job control (`set -m`) gives the run a process group of its own: Ctrl-C ends the script and not the wrapper, and
 * mono can tell a run from the shell after it. Its standard error must stay the terminal: bash 3.2 gives a job the
 * terminal through it.
 *
 * A job that was stopped (Ctrl-Z) has a status too, but its first process still exists: it is continued, at once the first
 * time, and then once a second. That is no loop, since bash leaves a loop whose job is stopped.
 *
 * The status is written before the mark, so who has read all output finds it.
 */
const wrapper = `trap : INT TERM QUIT KILL
set -m
${runTokenVariable}="$4" sh -c "$6" mono-run "$1" "$2" "$4"
status=$?
again='if [ "$status" -gt 128 ] && read -r group owner 2>/dev/null <"$2" && [ "$owner" = "$4" ] &&
  kill -0 "$group" 2>/dev/null; then
  if [ -n "$stopped" ]; then set +m; sleep 1; set -m; fi
  stopped=1
  printf "\\r\\n%s\\r\\n" "mono: the run was stopped, and is continued: end it with Ctrl-C"
  fg >/dev/null
  status=$?
  eval "$again"
fi'
stopped=
eval "$again"
set +m
(umask 077 && printf '%s %s\\n' "$status" "$4" >"$3.new") && mv "$3.new" "$3"
printf %s "$5"
shift 6
exec "$@"`;

/** The pane's command, as a list of arguments that tmux starts without a shell in between. */
export function runWrapper({ paths, token, shell }: RunWrapperOptions): readonly string[] {
  const { runScript, runGroup, runStatus } = paths;
  const files = [runScript, runGroup, runStatus];
  return ["sh", "-c", wrapper, "mono-run", ...files, token, endMark(token), starter, ...shell];
}

/**
 * What tmux pipes the pane's output into, as a line for sh: mono itself. It outlives what interrupts the pane, and the
 * folder from which the tmux server was started.
 */
export function outputCollector(executable: string, output: string, token: string): string {
  const argv = [executable, collectWord, output, token].map(shellWord).join(" ");
  // tmux reads formats and times in it.
  return `cd / && trap '' HUP INT QUIT && exec ${argv}`.replaceAll("#", "##").replaceAll("%", "%%");
}
