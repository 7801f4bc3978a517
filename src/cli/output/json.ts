/**
 * Answers for programs: one JSON document on standard output, whatever comes of the command. Its `version` grows when a
 * field changes its meaning or goes; new ones may come any time. `schemas/` has a JSON Schema of each.
 */
import type { Environment } from "../../environment/environment.ts";
import type { Variables } from "../../environment/variables.ts";
import { type ErrorCode, exitCodeOf, MonoError, reasonOf } from "../../error/mono-error.ts";
import type { DescribedEnvironment } from "../../operations/describe.ts";
import type { Usage } from "../../docker/stats.ts";
import type { DetailedEnvironment } from "../../operations/list-in-full.ts";
import type { UnownedProject } from "../../operations/unowned.ts";

const version = 1;

/** What the commands answer, by their names; `error` is what each answers when it fails. */
export interface Answers {
  readonly init: { readonly environment: DescribedEnvironment };
  readonly destroy: { readonly environment: DestroyedEnvironment | null };
  readonly "destroy-several": DestroyedSeveral;
  readonly run: { readonly environment: DescribedEnvironment };
  readonly list: {
    /** `usage` is null without --stats, and where no container runs. */
    readonly environments: readonly (DetailedEnvironment & { readonly usage: Usage | null })[];
    /** Compose projects that look like mono's and are of no environment of this home. */
    readonly unowned: readonly UnownedProject[];
  };
  readonly vars: { readonly variables: Variables };
  readonly error: { readonly error: AnsweredError };
}

export type DestroyedEnvironment = Omit<Environment, "mark" | "phase">;

interface DestroyedSeveral {
  /** Those that were to be destroyed, with why one is still there; null when it is not. */
  readonly environments: readonly (DestroyedEnvironment & { readonly error: AnsweredError | null })[];
  /** True with --dry-run: then they are all still there. */
  readonly dryRun: boolean;
  /** With --missing: those that it does not take, since the folder around theirs is gone too. */
  readonly outOfReach: readonly DestroyedEnvironment[];
  /** With --missing: Compose projects that look like mono's and are of no environment of this home. */
  readonly unowned: readonly UnownedProject[];
}

interface AnsweredError {
  /** Which one it is, as docs/errors.md has it; null for a defect of mono and for what the system itself says. */
  readonly id: string | null;
  /** What sort of error it is. */
  readonly code: ErrorCode;
  /** What mono exits with. */
  readonly exitCode: number;
  readonly message: string;
  /** What to do next. */
  readonly hint: string | null;
  /** Lines that show why. */
  readonly details: readonly string[];
}

export function toJson<Command extends keyof Answers>(_command: Command, answer: Answers[Command]): string {
  return `${JSON.stringify({ version, ...answer }, null, 2)}\n`;
}

/** True for a command line that has the flag: also one with a mistake, whose error is then answered. */
export function asksForJson(inputs: readonly string[]): boolean {
  const end = inputs.indexOf("--");
  return inputs.slice(0, end === -1 ? inputs.length : end).includes("--json");
}

/** The error as an answer. A defect of mono is a failure like any other, to a program. */
export function errorAnswer(error: unknown): Answers["error"] {
  if (!(error instanceof MonoError)) {
    return {
      error: { id: null, code: "failed", exitCode: 1, message: reasonOf(error), hint: null, details: [] },
    };
  }
  const { id, code, details, hint, message } = error;
  return { error: { id, code, exitCode: exitCodeOf(error), message, hint, details } };
}
