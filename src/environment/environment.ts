/** Where in its life an environment is. Anything but `ready`, with no mono at work on it, means interrupted. */
export type Phase = "initializing" | "ready" | "destroying";

/** One row of the state database: all that is needed to find what an environment owns. */
export interface Environment {
  /** Unique, positive, given again after destroy; the environment's block of ports comes from it. */
  readonly id: number;
  /** Unique, and stable for the environment's life: everything mono owns is called after it. */
  readonly name: string;
  /** The workspace: absolute, symbolic links resolved when it was made. */
  readonly path: string;
  /** The Compose project, in Docker mode; null in simple mode. */
  readonly dockerProject: string | null;
  readonly phase: Phase;
  /** The Docker engine it was made on (`docker/engine.ts`); null before one was needed. */
  readonly engine: string | null;
  /** Its identity (`mark.ts`), which everything that mono makes for it carries. */
  readonly mark: string;
}

/** What its Compose project and its tmux session are called. */
export function resourceNameOf(name: string): string {
  return `mono-${name}`;
}
