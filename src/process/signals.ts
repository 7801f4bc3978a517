import { readFileSync } from "node:fs";
import { type Interruption, interruptedError } from "./interruption.ts";

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** True for a signal that the caller has mono ignore, as `nohup` does; off Linux nobody tells. */
function isIgnored(number: number): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}

/** The first signal interrupts, the second hurries: both are handled for as long as the process lives. */
export function listenToSignals(): Interruption {
  const [first, second] = [new AbortController(), new AbortController()];
  for (const [name, number] of Object.entries(signals)) {
    if (name === "SIGHUP" && isIgnored(number)) continue;
    process.on(name, () => {
      if (first.signal.aborted) second.abort();
      else first.abort(interruptedError(name, number));
    });
  }
  return { first: first.signal, second: second.signal };
}
