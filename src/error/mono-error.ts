/** What went wrong, as the exit code tells it to scripts (`docs/architecture.md`, exit codes). */
export type ErrorCode =
  | "failed" // 1: the operation failed
  | "usage" // 2: the command line is wrong
  | "configuration" // 2: mono.yml or the compose files are wrong
  | "no-such-environment" // 3
  | "already-exists" // 4
  | "held" // 4: another mono works on the environment
  | "command-not-executable" // 126: the command of exec cannot be started
  | "command-not-found" // 127: the command of exec is not there
  | "interrupted"; // 128+n: a signal ended the operation

interface MonoErrorOptions {
  readonly code?: ErrorCode;
  /** What to do next: one line, an instruction. */
  readonly hint?: string | undefined;
  /** Lines that show why: the last output of a child, the lines of a file. */
  readonly details?: readonly string[] | undefined;
  /** The number of the signal, for `interrupted`. */
  readonly signalNumber?: number;
  readonly cause?: unknown;
}

/**
 * An error that the user can do something about. Its message says what failed, then why. Anything else that is
 * thrown is a bug of mono and is rendered as one.
 */
export class MonoError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: readonly string[];
  readonly signalNumber: number | undefined;

  constructor(message: string, options: MonoErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "MonoError";
    this.code = options.code ?? "failed";
    this.hint = options.hint;
    this.details = options.details ?? [];
    this.signalNumber = options.signalNumber;
  }
}

/** The exit code of an error: the contract with scripts, documented in the README. */
export function exitCodeOf(error: MonoError): number {
  switch (error.code) {
    case "failed":
      return 1;
    case "usage":
    case "configuration":
      return 2;
    case "no-such-environment":
      return 3;
    case "already-exists":
    case "held":
      return 4;
    case "command-not-executable":
      return 126;
    case "command-not-found":
      return 127;
    case "interrupted":
      return 128 + (error.signalNumber ?? 2);
  }
}

/** The message of anything that was thrown, for a sentence that says why. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True for a system error of that code (`ENOENT`, `EACCES`, …), as `node:fs` throws them. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
