import { MonoError } from "../error/mono-error.ts";
import { capture, type Environ } from "../process/child.ts";

export interface ProcessRow {
  readonly pid: number;
  readonly pgid: number;
  /** The session of processes: the process that tmux started in a pane leads one. */
  readonly sid: number;
  /** The group in front on its terminal; -1 without a terminal. */
  readonly foregroundGroup: number;
  readonly command: string;
}

/** Every process of this host, by `ps`: the same columns on Linux and macOS. */
export async function listProcesses(env: Environ): Promise<readonly ProcessRow[]> {
  const argv = ["ps", "-A", "-o", "pid=,pgid=,sess=,tpgid=,comm="] as const;
  const { exitCode, stdout, stderr } = await capture({ argv, cwd: "/", env, deadlineMs: 10_000 });
  if (exitCode !== 0) throw new MonoError("cannot list the processes", { details: [stderr.trim()] });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, pgid, sid, front, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined) return [];
    return [
      { pid: Number(pid), pgid: Number(pgid), sid: Number(sid), foregroundGroup: Number(front), command },
    ];
  });
}
