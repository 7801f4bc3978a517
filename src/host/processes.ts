import { MonoError } from "../error/mono-error.ts";
import { capture, type Environ } from "../process/child.ts";

export interface ProcessRow {
  readonly pid: number;
  readonly pgid: number;
  /** Its terminal as `ps` names it (`pts/3`, `ttys003`), `?` or `??` without one. */
  readonly tty: string;
  /** The group in front on its terminal; -1 without a terminal. */
  readonly foregroundGroup: number;
  readonly command: string;
}

/** Every process of this host, by `ps`: the same columns on Linux and macOS. */
export async function listProcesses(env: Environ): Promise<readonly ProcessRow[]> {
  const argv = ["ps", "-A", "-o", "pid=,pgid=,tpgid=,tty=,comm="] as const;
  const { exitCode, stdout, stderr } = await capture({ argv, cwd: "/", env, deadlineMs: 10_000 });
  if (exitCode !== 0) throw new MonoError("cannot list the processes", { details: [stderr.trim()] });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, pgid, front, tty, command] = /^\s*(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (tty === undefined || command === undefined) return [];
    return [{ pid: Number(pid), pgid: Number(pgid), foregroundGroup: Number(front), tty, command }];
  });
}
