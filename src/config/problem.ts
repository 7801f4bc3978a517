import type { LineCounter } from "yaml";
import { invalidMonoYml } from "../error/catalogue/mono-yml.ts";
import type { MonoError } from "../error/mono-error.ts";
import { shown, withoutControls } from "../text/shown.ts";

/** Something wrong at a place of a file; `offset` counts UTF-16 units from its start. */
export interface Problem {
  readonly offset: number;
  readonly message: string;
}

/** The longest part of a line that is shown around a problem, in characters. */
const shownWidth = 100;
/** How many problems are shown: more come from one mistake, or from a file of another kind. */
const shownProblems = 20;

/** One error for all problems of a file: the first ones as `file:line:column: message`, with the line and a caret. */
export function configurationError(
  file: string,
  text: string,
  lines: LineCounter,
  problems: readonly Problem[],
): MonoError {
  const rows = text.split("\n");
  const details = problems
    .toSorted((one, other) => one.offset - other.offset)
    .slice(0, shownProblems)
    .flatMap((problem) => render(file, rows, lines.linePos(Math.min(problem.offset, text.length)), problem));
  const more = problems.length - shownProblems;
  return invalidMonoYml(
    { file, problems: problems.length },
    { details: more > 0 ? [...details, `and ${more} more`] : details },
  );
}

function render(
  file: string,
  rows: readonly string[],
  { line, col }: ReturnType<LineCounter["linePos"]>,
  { message }: Problem,
): string[] {
  const source = rows[line - 1]?.replace(/\r$/, "") ?? "";
  const from = Math.max(0, col - shownWidth);
  const part = withoutControls(source.slice(from, from + shownWidth * 2).replaceAll("\t", " "));
  const number = `${line} │ `;
  return [
    `${file}:${line}:${col}: ${shown(message)}`,
    `  ${number}${part}`,
    `  ${" ".repeat(number.length + col - 1 - from)}^`,
  ];
}
