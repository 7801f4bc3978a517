import { MonoError } from "../../error/mono-error.ts";
import { withoutControls } from "../../text/shown.ts";
import { plainText } from "../../text/plain-text.ts";
import type { Style } from "./style.ts";

/**
 * What failed and why, the lines that show it, what to do next, and where to read more. Without what a terminal would
 * obey: paths, arguments and the output of others stand in all of it.
 */
export function renderError(error: unknown, style: Style, logFile: string): string {
  if (!(error instanceof MonoError)) {
    const message = error instanceof Error ? error.message : String(error);
    const subject = isFromSystem(error) ? "" : "this is a defect of mono: ";
    return `${style.red("✗")} ${subject}${withoutControls(message)}\n  log: ${logFile}`;
  }
  const lines = [
    `${style.red("✗")} ${withoutControls(error.message)}`,
    ...error.details.map((line) => `  ${style.dim("┃")} ${plainText(line)}`),
    ...(error.hint === undefined ? [] : [`↳ ${withoutControls(error.hint)}`]),
    ...(isAboutWork(error) ? [style.dim(`  log: ${logFile}`)] : []),
  ];
  return lines.join("\n");
}

/** The file system or the network refused something: no room, no permission. Its message names what. */
function isFromSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

/** The log says more of what was done; of a wrong command line it knows nothing. */
function isAboutWork({ code }: MonoError): boolean {
  return code === "failed" || code === "interrupted" || code === "held";
}
