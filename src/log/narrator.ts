/**
 * Tells what an operation does, to the log and to the terminal in the same words.
 */
import { withoutControls } from "../text/shown.ts";
import type { OutputName } from "../process/child.ts";
import { createLineSplitter } from "../text/line-splitter.ts";
import type { Log } from "./log.ts";

/** Where the user reads along: standard error. The command line layer draws it. */
export interface Audience {
  /** Says that a step begins; the returned function is called at its end, whatever that is. */
  started(text: string): () => void;
  /** The same, but says so only when it takes long. */
  busy(text: string): () => void;
  /** What the step that runs is at, in place of what was told before: shown only when it takes long. */
  progress(text: string): void;
  /** A step has ended; `elapsedMs` is how long it took. */
  ended(text: string, outcome: Outcome, elapsedMs: number): void;
  warning(text: string): void;
  /** Bytes that a child printed, for a person to read as they come. */
  output(bytes: Uint8Array): void;
}

type Outcome = "success" | "failure";

/** The same for somebody who wants to hear of what is wrong, and of nothing else; `prefix` says of what it is. */
export function warningsOnly(audience: Audience, prefix = ""): Audience {
  const nothing = () => {};
  const begin = () => nothing;
  const warning = (text: string) => audience.warning(`${prefix}${text}`);
  return { warning, busy: begin, started: begin, ended: nothing, progress: nothing, output: nothing };
}

export interface Narrator {
  /** For the log alone: a call of another program, a detail. */
  note(text: string): void;
  /**
   * Says that a longer step begins; the returned function says how it ended. `shown` is what the terminal gets, when it
   * is less than what the log needs.
   */
  start(text: string, shown?: string): (text: string, outcome?: Outcome) => void;
  /** Says that a short step is done. */
  done(text: string, startedAt: number): void;
  warn(text: string): void;
  /** What the step that runs is at, for as long as it takes: not for the log. */
  progress(text: string): void;
  /** Does something that may take long and is told of afterwards: meanwhile it shows only that it still runs. */
  during<T>(text: string, act: () => Promise<T>): Promise<T>;
  /** Passes a child's output on. */
  listen(filter?: OutputFilter): ChildOutput;
  /** Keeps a child's output for the log and for an error: the terminal gets none of it. */
  keep(): ChildOutput;
}

/** Says what is to be shown in place of a line, for as long as nothing else comes; undefined for a line to be shown. */
export type OutputFilter = (line: string) => string | undefined;

/** The output of one child: to the terminal as bytes, to the log as lines, and its end kept for an error. */
interface ChildOutput {
  readonly write: (name: OutputName, bytes: Uint8Array) => void;
  /** Ends the last lines; returns the last lines of both streams in the order they came. */
  close(): readonly string[];
}

/**
 * `name` is the environment's, as the log's tag. What is told may hold the names of files and services: nothing of it is
 * for the terminal to obey. Only what children print reaches it as it is.
 */
export function createNarrator(log: Log, audience: Audience, name: string): Narrator {
  return {
    note: (text) => log.line(name, text),
    start(text, shown = text) {
      const startedAt = performance.now();
      log.line(name, text);
      const end = audience.started(withoutControls(shown));
      return (result, outcome = "success") => {
        log.line(name, result);
        end();
        audience.ended(withoutControls(result), outcome, performance.now() - startedAt);
      };
    },
    done(text, startedAt) {
      log.line(name, text);
      audience.ended(withoutControls(text), "success", performance.now() - startedAt);
    },
    warn(text) {
      log.line(name, `warning: ${text}`);
      audience.warning(withoutControls(text));
    },
    progress: (text) => audience.progress(text),
    async during(text, act) {
      const end = audience.busy(text);
      try {
        return await act();
      } finally {
        end();
      }
    },
    listen: (filter) => createChildOutput(log, audience, name, filter),
    keep: () => createChildOutput(log, { output() {}, progress() {} }, name, undefined),
  };
}

/** How many of a failed step's last lines its error shows. */
const shownLines = 15;

function createChildOutput(
  log: Log,
  audience: Pick<Audience, "output" | "progress">,
  name: string,
  filter: OutputFilter | undefined,
): ChildOutput {
  const last: string[] = [];
  const splitterFor = (output: OutputName) =>
    createLineSplitter((line) => {
      log.line(`${name}|${output}`, line);
      const counted = filter?.(line);
      if (counted !== undefined) {
        audience.progress(counted);
        return;
      }
      if (filter !== undefined) audience.output(Buffer.from(`${line.trimEnd()}\n`));
      if (last.push(line) > shownLines) last.shift();
    });
  const splitters = { out: splitterFor("out"), err: splitterFor("err") };
  return {
    write(output, bytes) {
      // As it comes, also a part of a line; what is filtered comes line by line.
      if (filter === undefined) audience.output(bytes);
      splitters[output].push(bytes);
    },
    close() {
      splitters.out.end();
      splitters.err.end();
      return last;
    },
  };
}
