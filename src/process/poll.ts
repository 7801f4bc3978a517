interface PollOptions {
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** Milliseconds after which the looking ends; without it, it ends by `stop` or when something is found. */
  readonly deadlineMs?: number | undefined;
  /** Ends the looking at once, also in the middle of a pause. */
  readonly stop?: AbortSignal | undefined;
}

/**
 * Looks until something is found, and returns it; undefined when the time is over or `stop` is aborted. There is always
 * one look. It is given the milliseconds since the first one.
 */
export async function poll<T>(
  look: (elapsedMs: number) => T | undefined | Promise<T | undefined>,
  { everyMs, deadlineMs = Infinity, stop }: PollOptions,
): Promise<T | undefined> {
  const start = performance.now();
  for (;;) {
    const elapsedMs = performance.now() - start;
    const found = await look(elapsedMs);
    if (found !== undefined) return found;
    if (stop?.aborted === true || elapsedMs >= deadlineMs) return undefined;
    await pause(everyMs, stop);
  }
}

function pause(ms: number, stop: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop?.addEventListener("abort", end);
  });
}
