import type { Environ } from "./child.ts";

export interface DetachedProcess {
  /** Ends it, when it is not needed after all. */
  readonly end: () => void;
}

/**
 * Starts a process that outlives this one, its process group and its terminal: a session of its own, and
 * nobody to write to. Its standard input ends when this process does, however that comes about. It is started when this
 * returns, about a millisecond later.
 */
export function startDetached(argv: readonly string[], cwd: string, env: Environ): DetachedProcess {
  const options = { cwd, env: { ...env }, detached: true } as const;
  const child = Bun.spawn([...argv], { ...options, stdin: "pipe", stdout: "ignore", stderr: "ignore" });
  child.unref();
  return { end: () => child.kill("SIGKILL") };
}
