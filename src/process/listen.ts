import type { Command } from "./child.ts";

/** A child that is only listened to, for as long as it goes on. */
export interface Listening {
  /** What it prints, standard output and error together; it waits for whoever reads. */
  readonly output: AsyncIterable<Uint8Array>;
  readonly end: () => void;
}

/**
 * Starts a command that has no effects and may never end. It stays in mono's own process group, so that what ends mono
 * by its group ends it too.
 */
export function listenTo({ argv, cwd, env }: Command): Listening {
  // The shell makes one pipe of both, which keeps their order.
  const child = Bun.spawn(["sh", "-c", 'exec "$@" 2>&1', "mono-listen", ...argv], {
    cwd,
    env: { ...env, PWD: cwd },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  return {
    output: child.stdout,
    end: () => child.kill("SIGKILL"),
  };
}
