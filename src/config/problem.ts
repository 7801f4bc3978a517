import type { LineCounter } from "yaml";
import { MonoError } from "../error/mono-error.ts";

/** Something wrong at a place of a file; `offset` counts UTF-16 units from its start. */
export interface Problem {
  readonly offset: number;
  readonly message: string;
}

/** The longest part of a line that is shown around a problem, in characters. */
const shownWidth = 100;

/** One error for all problems of a file: each as `file:line:column: message`, with the line and a caret. */
export function configurationError(
  file: string,
  text: string,
  lines: LineCounter,
  problems: readonly Problem[],
): MonoError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const details = problems
    .toSorted((one, other) => one.offset - other.offset)
    .flatMap((problem) => render(file, text, lines, problem));
  return new MonoError(`${file} has ${count}`, { code: "configuration", details });
}

function render(file: string, text: string, lines: LineCounter, { offset, message }: Problem): string[] {
  const { line, col } = lines.linePos(Math.min(offset, text.length));
  const source = text.split("\n")[line - 1]?.replace(/\r$/, "") ?? "";
  const from = Math.max(0, col - shownWidth);
  const shown = source.slice(from, from + shownWidth * 2).replaceAll("\t", " ");
  const number = `${line} │ `;
  return [
    `${file}:${line}:${col}: ${message}`,
    `  ${number}${shown}`,
    `  ${" ".repeat(number.length + col - 1 - from)}^`,
  ];
}
