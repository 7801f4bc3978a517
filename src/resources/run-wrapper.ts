import type { EnvironmentPaths } from "../environment/paths.ts";

interface RunWrapperOptions {
  readonly paths: EnvironmentPaths;
  /** The person's shell, which takes the pane over when the script has ended. */
  readonly shell: readonly string[];
}

/**
 * What the pane runs. Job control (`set -m`) gives the script a process group of its own: Ctrl-C ends the script and
 * not the wrapper, and mono can tell a run from the shell behind it. The group is written down by the process that
 * becomes the script, before it does.
 */
const wrapper = `trap : INT
set -m
sh -c '(umask 077 && printf %s "$$" >"$2.new") && mv "$2.new" "$2" || exit
if [ -x "$1" ]; then exec "$1"; else exec sh "$1"; fi' mono-run "$1" "$2"
status=$?
(umask 077 && printf '%s\\n' "$status" >"$3.new") && mv "$3.new" "$3"
shift 3
exec "$@"`;

/** The pane's command, as a list of arguments that tmux starts without a shell in between. */
export function runWrapper({ paths, shell }: RunWrapperOptions): readonly string[] {
  return ["sh", "-c", wrapper, "mono-run", paths.runScript, paths.runGroup, paths.runStatus, ...shell];
}
