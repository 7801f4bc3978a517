import { type Interruption, interruptedError } from "./interruption.ts";

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** The first signal interrupts, the second hurries: both are handled for as long as the process lives. */
export function listenToSignals(): Interruption {
  const [first, second] = [new AbortController(), new AbortController()];
  for (const [name, number] of Object.entries(signals)) {
    process.on(name, () => {
      if (first.signal.aborted) second.abort();
      else first.abort(interruptedError(name, number));
    });
  }
  return { first: first.signal, second: second.signal };
}
