/** What mono's pane runs: the script, and around it what tells mono of its start, its output and its end. */
import type { EnvironmentPaths } from "../environment/paths.ts";
import { runTokenVariable } from "../environment/variables.ts";

interface RunWrapperOptions {
  readonly paths: EnvironmentPaths;
  readonly token: string;
  /** The person's shell, which takes the pane over when the script has ended. */
  readonly shell: readonly string[];
}

/**
 * Job control (`set -m`) gives the script a process group of its own: Ctrl-C ends the script and not the wrapper, and
 * mono can tell a run from the shell behind it. The group is written down by the process that becomes the script,
 * before it does. Behind the script's last output comes a mark, which a terminal does not show; once that is in the
 * file of the output, the pane's output is nobody's but the person's again.
 */
const wrapper = `trap : INT
set -m
${runTokenVariable}="$4" sh -c '(umask 077 && printf "%s %s" "$$" "$3" >"$2.new") && mv "$2.new" "$2" || exit
if [ -x "$1" ]; then exec "$1"; else exec sh "$1"; fi' mono-run "$1" "$2" "$4"
status=$?
set +m
(umask 077 && printf '%s %s' "$status" "$4" >"$3.new") && mv "$3.new" "$3"
printf '\\033]7770;%s\\033\\\\' "$4"
looks=0
until tail -c 65536 "$5" 2>/dev/null | grep -aq "7770;$4" || [ "$looks" -ge 40 ]; do
  sleep 0.05
  looks=$((looks + 1))
done
tmux pipe-pane -t "$TMUX_PANE"
shift 5
exec "$@"`;

/** The pane's command, as a list of arguments that tmux starts without a shell in between. */
export function runWrapper({ paths, token, shell }: RunWrapperOptions): readonly string[] {
  const { runScript, runGroup, runStatus, runOutput } = paths;
  return ["sh", "-c", wrapper, "mono-run", runScript, runGroup, runStatus, token, runOutput, ...shell];
}

/** The mark behind a run's last output: an operating system command, which terminals that do not know it leave out. */
export function endMark(token: string): string {
  return `\u001b]7770;${token}\u001b\\`;
}

/** The output is kept in two files of this size at most, in bytes. */
const outputBytes = 8 * 1024 * 1024;

/**
 * What tmux pipes the pane's output into: it goes to a file, which is begun anew when it is full. By dd, which writes
 * what it gets as it gets it.
 */
export function outputCollector(file: string): string {
  const collect = `umask 077
while before=$(wc -c <"$1" 2>/dev/null || echo 0); dd bs=65536 count=128 2>/dev/null >>"$1"; after=$(wc -c <"$1") && [ "$after" -gt "$before" ]; do
  [ "$after" -lt ${outputBytes} ] || mv -f "$1" "$1.1"
done`;
  // tmux reads formats and times in it.
  return `exec sh -c ${quote(collect)} mono-output ${quote(file)}`
    .replaceAll("#", "##")
    .replaceAll("%", "%%");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
