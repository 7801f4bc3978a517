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

/** What an error consists of; the catalogue makes it (`define.ts`). */
export interface ErrorContent {
  /** Names the error to programs, for good: `no-such-folder`. */
  readonly id: string;
  readonly code: ErrorCode;
  /** What failed, then why. */
  readonly message: string;
  /** What to do next: one line, an instruction. */
  readonly hint: string;
  /** Lines that show why: the last output of a child, the lines of a file. */
  readonly details?: readonly string[] | undefined;
  /** The number of the signal, for `interrupted`. */
  readonly signalNumber?: number | undefined;
  readonly cause?: unknown;
}

/**
 * An error that the user can do something about: an entry of the catalogue. Anything else that is thrown is a bug of
 * mono and is rendered as one.
 */
export class MonoError extends Error {
  readonly id: string;
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: readonly string[];
  readonly signalNumber: number | undefined;

  constructor(content: ErrorContent) {
    super(content.message, content.cause === undefined ? undefined : { cause: content.cause });
    this.name = "MonoError";
    this.id = content.id;
    this.code = content.code;
    this.hint = content.hint;
    this.details = (content.details ?? []).filter((line) => line.trim() !== "");
    this.signalNumber = content.signalNumber;
  }
}

/**
 * The same error as the reason why something larger failed: its id, code and details stay, and it becomes the cause.
 */
export function retold(
  error: MonoError,
  told: Pick<ErrorContent, "message" | "hint"> & Partial<Pick<ErrorContent, "details" | "cause">>,
): MonoError {
  const { id, code, details, signalNumber } = error;
  return new MonoError({ id, code, details, signalNumber, cause: error, ...told });
}

/** The same error with the worst exit code of those that it stands for. */
export function asBadAs(summary: MonoError, errors: readonly unknown[]): MonoError {
  const known = errors.filter((error) => error instanceof MonoError);
  const worst = known.toSorted((one, other) => exitCodeOf(other) - exitCodeOf(one))[0];
  const { details, hint, id, message } = summary;
  // A defect of mono is a failure like any other here.
  return new MonoError({ id, message, hint, details, code: worst?.code ?? "failed" });
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

/** True for an error that the user can do something about. An interruption is none, and neither is a defect of mono. */
export function isFailure(error: unknown): error is MonoError {
  return error instanceof MonoError && error.code !== "interrupted";
}

/** True when a signal ended the operation. */
export function isInterruption(error: unknown): error is MonoError {
  return error instanceof MonoError && error.code === "interrupted";
}

/** The message of anything that was thrown, for a sentence that says why. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True for a system error of that code (`ENOENT`, `EACCES`, …), as `node:fs` throws them. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** The error as one line, for a warning: what failed, its first detail, what to do. */
export function reasonToWarn({ details, hint, message }: MonoError): string {
  const why = details[0] === undefined ? "" : `: ${details[0]}`;
  return `${message}${why} (${hint})`;
}

/** True if the system has no room on a disk, or gives this user none. */
export function isDiskFull(error: unknown): boolean {
  return isSystemError(error, "ENOSPC") || isSystemError(error, "EDQUOT");
}
