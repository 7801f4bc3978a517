/**
 * The one place that starts a process.
 *
 * - Arguments are a list; no shell reads them.
 * - Standard input is closed, or the text that the caller gives.
 * - Each child leads a process group of its own, and is ended with all it started: SIGTERM, then SIGKILL.
 * - `capture` asks a question: short, with a deadline, its output returned.
 * - `stream` does work: as long as it takes, its output passed on as it comes. It ends when the child ends, not when
 *   background children close the pipe.
 * - Before a child that has effects does anything, its group is given to `recordGroup`: a gate (a shell that waits
 *   for a line) is started, recorded, and then told to become the child. So a mono that is killed never leaves a
 *   child that nobody knows of.
 */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { noAnswer, programMissing } from "../error/catalogue/processes.ts";
import { isSystemError, MonoError } from "../error/mono-error.ts";
import { effect, reach } from "./effects.ts";
import { endGroup, type ProcessGroup, processGroupOf, signalGroup, withMembers } from "./running/groups.ts";
import { asInterruptedError, type Interruption, throwIfInterrupted } from "./interruption.ts";
import { openOutputPipes } from "./output-pipe.ts";
import { beginSpan } from "./timings.ts";

/** Environment variables of a process. */
export type Environ = Readonly<Record<string, string>>;

export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** What it is called in errors and timings; its program and first argument when not given. */
  readonly name?: string;
  readonly cwd: string;
  readonly env: Environ;
}

export interface Question extends Command {
  /** Milliseconds after which the child is killed and an error says that it did not answer. */
  readonly deadlineMs: number;
  /** Standard input; closed when not given. */
  readonly input?: string;
  /** For a command with effects. */
  readonly recordGroup?: RecordGroup | undefined;
  /** Ends the wait when the user interrupts mono: `capture` then throws the interruption. */
  readonly interruption?: Interruption | undefined;
}

/** Called with a child's group before the child does anything, and again with those it leaves in it. */
export type RecordGroup = (group: ProcessGroup) => void;

export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a short command and returns what it printed. Throws a MonoError when it is not there or does not answer. */
export async function capture(question: Question): Promise<Answer> {
  const endSpan = beginSpan(question.argv.join(" "));
  const child = await startQuestion(question);
  const expiry = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    signalGroup(child.pid, "SIGKILL");
    // A process that has left the group may hold the output for longer than anybody wants to wait.
    expiry.reject(noAnswer({ command: commandName(question), seconds: question.deadlineMs / 1000 }));
  }, question.deadlineMs);
  const first = question.interruption?.first;
  const onAbort = () => {
    // What has effects may finish them; its group is written down.
    signalGroup(child.pid, question.recordGroup === undefined ? "SIGKILL" : "SIGTERM");
    expiry.reject(asInterruptedError(first?.reason));
  };
  first?.addEventListener("abort", onAbort, { once: true });
  try {
    if (first?.aborted === true) onAbort();
    const answer = Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
    const [exitCode, stdout, stderr] = await Promise.race([answer, expiry.promise]);
    if (question.recordGroup !== undefined) reach(`after the end of ${commandName(question)}`);
    return { exitCode, stdout, stderr };
  } finally {
    clearTimeout(timer);
    first?.removeEventListener("abort", onAbort);
    endSpan();
  }
}

async function startQuestion({ argv, cwd, env, input, name, recordGroup }: Question) {
  // As a shell would set it: compose files say ${PWD}, and mean the workspace.
  const command = { ...(name !== undefined && { name }), argv, cwd, env: { ...env, PWD: cwd } };
  const outputs = { stdout: "pipe", stderr: "pipe" } as const;
  if (recordGroup !== undefined) return await startGated(command, outputs, recordGroup, input);
  try {
    const stdin = input === undefined ? "ignore" : Buffer.from(input);
    return Bun.spawn([...argv], { ...outputs, cwd, env: command.env, stdin, detached: true });
  } catch (error) {
    if (isSystemError(error, "ENOENT")) throw new ProgramMissingError(argv[0], { cause: error });
    throw error;
  }
}

/** The program is not on PATH (or the folder to start it in is gone, which the caller has looked at). */
export class ProgramMissingError extends MonoError {
  readonly program: string;

  constructor(program: string, options: { cause: unknown }) {
    super(programMissing.content({ program }, options));
    this.program = program;
  }
}

export type OutputName = "out" | "err";

export interface Work extends Command {
  readonly onOutput: (name: OutputName, bytes: Uint8Array) => void;
  readonly recordGroup: RecordGroup;
  /** Ends the child when the user interrupts mono: `stream` then throws the interruption. */
  readonly interruption: Interruption;
  /** An existing folder of mono's own, for the pipes. */
  readonly scratchFolder: string;
  /** Standard input, which comes, and ends, when this is fulfilled; closed when not given. */
  readonly input?: Promise<string>;
}

/** How long a child that was told to end may take, in milliseconds, before it is killed. */
export const endGraceMs = 10_000;

/** 0 to 255, as a shell would report it: 128 + n when a signal ended the child. */
export type ExitStatus = number;

/** Runs a command that has effects, passing its output on as it comes, and returns its exit status. */
export async function stream(work: Work): Promise<ExitStatus> {
  throwIfInterrupted(work.interruption);
  const endSpan = beginSpan(work.argv.join(" "));
  const [out, err] = openOutputPipes(work.scratchFolder, [
    (bytes) => work.onOutput("out", bytes),
    (bytes) => work.onOutput("err", bytes),
  ]);
  if (out === undefined || err === undefined) throw new Error("two listeners give two pipes");
  try {
    return await runToEnd(work, { stdout: out.childEnd, stderr: err.childEnd });
  } finally {
    // Also when it failed: a reader that is left waiting holds a thread, which others need.
    await Promise.all([out.finish(), err.finish()]);
    endSpan();
  }
}

async function runToEnd(work: Work, outputs: Outputs<number>): Promise<ExitStatus> {
  let group: ProcessGroup | undefined;
  const record: RecordGroup = (started) => {
    group = started;
    work.recordGroup(started);
  };
  const child = await startGated(work, outputs, record, work.input).finally(() => {
    closeSync(outputs.stdout);
    closeSync(outputs.stderr);
  });
  const interrupted = await waitOrEnd(child, work.interruption);
  // Its leader has ended: the members that are left prove later that the group is still the same one.
  const left = group === undefined ? undefined : await withMembers(group);
  if (left !== undefined) work.recordGroup(left);
  reach(`after the end of ${commandName(work)}`);
  if (interrupted) throw asInterruptedError(work.interruption.first.reason);
  return exitStatusOf(child);
}

/** Where a child writes: a pipe that is read here, or a descriptor. */
type Outputs<Target extends "pipe" | number> = Readonly<Record<"stdout" | "stderr", Target>>;

/** Waits for a line on standard input, then becomes the command. */
const gate = 'read -r go && exec "$@"';
/** The same, with standard input closed. */
const closingGate = `${gate} </dev/null`;

/** Starts a command that has effects, its group recorded before it does anything. */
async function startGated<Target extends "pipe" | number>(
  { argv, cwd, env, ...own }: Command,
  outputs: Outputs<Target>,
  recordGroup: RecordGroup,
  input?: string | Promise<string>,
) {
  const name = commandName({ argv, ...own });
  const child = effect(`starting the gate of ${name}`, () =>
    Bun.spawn(["sh", "-c", input === undefined ? closingGate : gate, "mono-gate", ...argv], {
      ...outputs,
      cwd,
      env: { ...env },
      stdin: "pipe",
      detached: true,
    }),
  );
  recordGroup(await processGroupOf(child.pid));
  reach(`before opening the gate of ${name}`);
  if (input instanceof Promise) {
    await writeTo(child.stdin, "go\n", { isLast: false });
    void input.then((text) => writeTo(child.stdin, text));
  } else await writeTo(child.stdin, `go\n${input ?? ""}`);
  reach(`after opening the gate of ${name}`);
  return child;
}

/** Writes all of it, and closes after the last; a child that has ended or wants no more is no error here: its status tells. */
async function writeTo(sink: Bun.FileSink, text: string, { isLast } = { isLast: true }): Promise<void> {
  try {
    await sink.write(text);
    await (isLast ? sink.end() : sink.flush());
  } catch (error) {
    if (!isSystemError(error, "EPIPE")) throw error;
  }
}

/** Waits for the child; ends its whole group when the user interrupts. Returns true if that happened. */
async function waitOrEnd(child: Bun.Subprocess, interruption: Interruption): Promise<boolean> {
  const interrupted = Promise.withResolvers<"interrupted">();
  const onAbort = () => interrupted.resolve("interrupted");
  interruption.first.addEventListener("abort", onAbort, { once: true });
  if (interruption.first.aborted) onAbort();
  try {
    if ((await Promise.race([child.exited, interrupted.promise])) !== "interrupted") return false;
    await endGroup(child.pid, endGraceMs, interruption.second);
    return true;
  } finally {
    interruption.first.removeEventListener("abort", onAbort);
  }
}

export function exitStatusOf(child: Bun.Subprocess): ExitStatus {
  const { exitCode, signalCode } = child;
  if (signalCode === null) return exitCode ?? 1;
  return 128 + (typeof signalCode === "number" ? signalCode : constants.signals[signalCode]);
}

/** A command as a person would name it in a sentence: its program and subcommand. */
function commandName({ argv, name }: Pick<Command, "argv" | "name">): string {
  return name ?? argv.slice(0, 2).join(" ");
}
