/** What mono's pane runs: the script, and around it what tells mono of its start, its output and its end. */
import type { EnvironmentPaths } from "../environment/paths.ts";
import { runTokenVariable } from "../environment/variables.ts";
import { shellWord } from "../error/shell-word.ts";
import { outputOf } from "./run-record.ts";

interface RunWrapperOptions {
  readonly paths: EnvironmentPaths;
  readonly token: string;
  /** The person's shell, which takes the pane over when the script has ended. */
  readonly shell: readonly string[];
}

/**
 * Job control (`set -m`) gives the script a process group of its own: Ctrl-C ends the script and not the wrapper, and
 * mono can tell a run from the shell behind it. The group is written down by the process that becomes the script,
 * before it does. Behind the script's last output comes a mark, which a terminal does not show; once that is in a
 * file of the output, or the collector is gone, the pane's output is nobody's but the person's again. Before, the end of
 * the pipe would throw away what tmux still holds.
 */
const wrapper = `trap : INT
set -m
${runTokenVariable}="$4" sh -c '(umask 077 && printf "%s %s" "$$" "$3" >"$2.new") && mv "$2.new" "$2" || exit
if [ -x "$1" ]; then exec "$1"; else exec sh "$1"; fi' mono-run "$1" "$2" "$4"
status=$?
set +m
(umask 077 && printf '%s %s' "$status" "$4" >"$3.new") && mv "$3.new" "$3"
printf '\\033]7770;%s\\033\\\\' "$4"
until { for part in "$5".*; do tail -c 65536 "$part" 2>/dev/null; done | grep -aq "7770;$4"; } ||
  [ "$(tmux display-message -p -t "$TMUX_PANE" '#{pane_pipe}')" != 1 ]; do sleep 0.05; done
tmux pipe-pane -t "$TMUX_PANE"
shift 5
exec "$@"`;

/** The pane's command, as a list of arguments that tmux starts without a shell in between. */
export function runWrapper({ paths, token, shell }: RunWrapperOptions): readonly string[] {
  const { runScript, runGroup, runStatus } = paths;
  const output = outputOf(paths, token);
  return ["sh", "-c", wrapper, "mono-run", runScript, runGroup, runStatus, token, output, ...shell];
}

/** The mark behind a run's last output: an operating system command, which terminals that do not know it leave out. */
export function endMark(token: string): string {
  return `\u001b]7770;${token}\u001b\\`;
}

/** The output is kept in parts of about this size, in bytes. */
const partBytes = 8 * 1024 * 1024;
/** How many parts wait for a follower that reads slowly; without one, two are kept. */
const mostParts = 128;

/**
 * What tmux pipes the pane's output into: it goes to `<output>.1`, and to `<output>.2` when that is full. By dd, which
 * writes what it gets as it gets it. What a follower has read is removed. The mark comes also when the pane has gone.
 */
export function outputCollector(output: string, token: string): string {
  const collect = `umask 077
part=1 oldest=1
while before=$(wc -c <"$1.$part" 2>/dev/null || echo 0)
  dd bs=65536 count=128 2>/dev/null >>"$1.$part"
  after=$(wc -c <"$1.$part") && [ "$after" -gt "$before" ]; do
  [ "$after" -ge ${partBytes} ] || continue
  part=$((part + 1))
  reads=$part
  if read -r at reader 2>/dev/null <"$1.read" && kill -0 "$reader" 2>/dev/null; then reads=$at; fi
  while [ "$oldest" -lt "$reads" ] && [ "$oldest" -lt $((part - 1)) ] || [ $((part - oldest)) -gt ${mostParts} ]; do
    rm -f "$1.$oldest"
    oldest=$((oldest + 1))
  done
done
printf '\\033]7770;%s\\033\\\\' "$2" >>"$1.$part"`;
  // tmux reads formats and times in it.
  return `exec sh -c ${shellWord(collect)} mono-output ${shellWord(output)} ${token}`
    .replaceAll("#", "##")
    .replaceAll("%", "%%");
}
