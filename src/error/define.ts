/**
 * An entry of the catalogue: an error that a user can meet, in all its words.
 *
 * The entries stand in `catalogue/`, a file for each area, and `docs/errors.md` is made from them. To add one: define it
 * there, throw what its export returns, run `npm run docs`.
 */
import { type ErrorCode, type ErrorContent, MonoError } from "./mono-error.ts";

/** The words of an error. `P` is what is known only when it happens. */
interface Definition<P> {
  /** What the exit code tells of it; `failed` when not given. */
  readonly code?: ErrorCode;
  /** What failed, then why. */
  readonly message: (parameters: P) => string;
  /** What to do next: one line, an instruction. */
  readonly hint: string | ((parameters: P) => string);
  /** The number of the signal, for `interrupted`. */
  readonly signalNumber?: (parameters: P) => number;
  /** For the docs: when this happens, and what the message has no room for, in a few sentences. */
  readonly when: string;
  /** For the docs: what it may look like. */
  readonly example: NoInfer<P>;
}

/** What shows why, beside the words. */
interface Evidence {
  /** The last output of a child, the lines of a file. */
  readonly details?: readonly string[];
  readonly cause?: unknown;
}

/** An entry for its readers: the docs and the tests. */
export interface DescribedError {
  readonly id: string;
  readonly when: string;
  readonly example: () => MonoError;
}

/** Makes the error of one entry. */
interface DefinedError<P> extends DescribedError {
  (parameters: P, evidence?: Evidence): MonoError;
  /** The same as data, for an error that has a class of its own. */
  readonly content: (parameters: P, evidence?: Evidence) => ErrorContent;
}

/** `id` is for programs: lower case, dashes, and the same for good. */
export function define<P extends object>(id: string, definition: Definition<P>): DefinedError<P> {
  const { code = "failed", example, hint, message, when } = definition;
  const content = (parameters: P, evidence: Evidence = {}): ErrorContent => ({
    id,
    code,
    message: message(parameters),
    hint: typeof hint === "string" ? hint : hint(parameters),
    signalNumber: definition.signalNumber?.(parameters),
    ...evidence,
  });
  const make = (parameters: P, evidence?: Evidence) => new MonoError(content(parameters, evidence));
  return Object.assign(make, {
    id,
    when,
    content,
    example: () => make(example),
  });
}
