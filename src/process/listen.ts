import type { Command } from "./child.ts";

/** A child that is only listened to, for as long as it runs. */
export interface Listening {
  /** What it prints, standard output and error together; it waits for its reader. */
  readonly output: AsyncIterable<Uint8Array>;
  readonly end: () => void;
}

/**
 * One pipe for both outputs keeps their order. Nothing is ever written to standard input: its end says that mono wants
 * no more, or has died, however suddenly.
 */
const listener = `exec 3<&0 </dev/null
"$@" 2>&1 3<&- &
child=$!
{ read -r end <&3; kill "$child"; } >/dev/null 2>&1 &
wait "$child"
kill "$!" 2>/dev/null`;

/** Starts a command that has no effects and may never end. It ends with mono, whatever ends that. */
export function listenTo({ argv, cwd, env }: Command): Listening {
  const child = Bun.spawn(["sh", "-c", listener, "mono-listen", ...argv], {
    cwd,
    env: { ...env, PWD: cwd },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  return { output: child.stdout, end: () => void child.stdin.end() };
}
