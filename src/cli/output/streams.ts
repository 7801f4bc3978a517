/** What mono's standard streams are for: the answer goes to standard output, and everything else to standard error. */
import { withoutControls } from "../../text/shown.ts";
import { type Audience, warningsOnly } from "../../log/narrator.ts";
import { createAudience, systemClock } from "./audience.ts";
import { createPatientWriter } from "./patient-writer.ts";
import { createScreen } from "./screen.ts";
import { createStyle, type Style, wantsColour } from "./style.ts";
import { isTerminal, watchColumns } from "./terminal.ts";
import { standardError, standardInput, standardOutput, write, writeSoon } from "./write.ts";

/** The streams as a command uses them. */
export interface Streams {
  /** Writes to standard output, which holds the answer alone. */
  readonly answer: (text: string | Uint8Array) => boolean;
  /** The same for a lot of it, which may take as long as its reader likes. */
  readonly answerSoon: (text: string | Uint8Array) => Promise<boolean>;
  /** True when standard output is a terminal. */
  readonly isTerminal: boolean;
  /** True when standard input and output are a terminal. */
  readonly isInteractive: boolean;
  /** True when any of the standard streams is a terminal. */
  readonly isAtTerminal: boolean;
  /** True when standard output gets colours. */
  readonly isColoured: boolean;
  /** Writes a line to standard error, beside the narration of the operation. */
  readonly remark: (text: string) => void;
  /** From now on, only warnings and errors are told. */
  readonly beQuiet: () => void;
}

/** The streams as the composition root has them. */
export interface AllStreams extends Streams {
  /** Who is told what an operation does. */
  readonly audience: Audience;
  /** Colours for standard error. */
  readonly style: Style;
  /** Writes lines of mono's own to standard error, and ends what a child has left open there. */
  readonly lines: (text: string) => void;
  /** Waits until standard error has taken everything. */
  readonly drain: (stop: () => boolean) => Promise<void>;
  /** True once there is an answer, or the beginning of one. */
  readonly hasAnswered: boolean;
}

interface StreamsOptions {
  readonly env: Readonly<Record<string, string>>;
  /** The person has asked for no colours. */
  readonly isWithoutColour: boolean;
  /** Has a function called when the terminal has another size. */
  readonly onResize: (act: () => void) => void;
}

export function createStreams({ env, isWithoutColour, onResize }: StreamsOptions): AllStreams {
  const isColoured = (stream: number) => wantsColour(env, isWithoutColour, () => isTerminal(stream));
  const columns = watchColumns(standardError, onResize);
  const narration = createPatientWriter(standardError);
  const screen = createScreen({
    write: narration.write,
    columns: () => (env["TERM"] === "dumb" ? undefined : columns()),
    keepsEscapes: () => isTerminal(standardError) || isColoured(standardError),
  });
  const style = createStyle(() => isColoured(standardError));
  let audience = createAudience(screen, style, systemClock);
  let isQuiet = false;
  let hasAnswered = false;
  return {
    style,
    lines: (text) => screen.lines(text),
    drain: narration.drain,
    get audience() {
      return audience;
    },
    get hasAnswered() {
      return hasAnswered;
    },
    answer(text) {
      hasAnswered = true;
      return write(standardOutput, text);
    },
    answerSoon: (text) => writeSoon(standardOutput, text),
    get isTerminal() {
      return isTerminal(standardOutput);
    },
    get isInteractive() {
      return isTerminal(standardOutput) && isTerminal(standardInput);
    },
    get isAtTerminal() {
      return [standardInput, standardOutput, standardError].some(isTerminal);
    },
    get isColoured() {
      return isColoured(standardOutput);
    },
    remark(text) {
      if (!isQuiet) screen.lines(`${withoutControls(text)}\n`);
    },
    beQuiet() {
      isQuiet = true;
      audience = warningsOnly(audience);
    },
  };
}
