import { interrupted } from "../error/catalogue/processes.ts";
import { MonoError } from "../error/mono-error.ts";

/** A signal that the user sent to mono, as the children's gateway and the operations see it. */
export interface Interruption {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP: end the children and undo. Its reason is a MonoError. */
  readonly first: AbortSignal;
  /** Aborted by the second one: do not skip the undoing, but give nobody time any more. */
  readonly second: AbortSignal;
}

const never = new AbortController().signal;

/** What undoing runs under: the first signal has done its work, only the second one still means something. */
export function whileUndoing(interruption: Interruption): Interruption {
  return { first: never, second: interruption.second };
}

/** Throws the interruption as an error if it has happened: called between two effects. */
export function throwIfInterrupted(interruption: Interruption): void {
  if (interruption.first.aborted) throw asInterruptedError(interruption.first.reason);
}

/** The error that ends an operation which a signal has interrupted. */
export function interruptedError(signalName: string, signalNumber: number): MonoError {
  return interrupted({ name: signalName, number: signalNumber });
}

/** The reason of an aborted signal, which is always an interrupted error: the one place that narrows it. */
export function asInterruptedError(reason: unknown): MonoError {
  return reason instanceof MonoError ? reason : interruptedError("SIGINT", 2);
}
