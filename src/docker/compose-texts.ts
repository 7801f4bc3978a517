/** The texts that Compose reads a project from, as far as they are found without interpreting them. */
import { dirname, join, resolve } from "node:path";
import { mentionedFiles } from "../compose/mentions.ts";
import { readRegularFile } from "../config/regular-file.ts";
import type { ComposeFiles } from "./compose-files.ts";

export interface ComposeTexts {
  /** The project's files, in the order in which Compose reads them. */
  readonly own: readonly string[];
  /** What they include and extend, and files with variables. */
  readonly others: readonly string[];
}

const mostOthers = 200;
const largestOther = 1_000_000;

/** Throws when one of the project's own files is not a regular file: Compose would wait forever for a pipe. */
export function readComposeTexts({ files, directory }: ComposeFiles, workspace: string): ComposeTexts {
  const own = files.flatMap((file) => {
    const text = readRegularFile(file)?.toString();
    return text === undefined ? [] : [{ file, text }];
  });
  const others = new Map<string, string>();
  const seen = new Set(files);
  const next = (file: string, text: string) =>
    [dirname(file), directory].flatMap((folder) => mentionedFiles(text).map((name) => resolve(folder, name)));
  const waiting = [
    join(directory, ".env"),
    join(workspace, ".env"),
    ...own.flatMap(({ file, text }) => next(file, text)),
  ];
  for (let file = waiting.shift(); file !== undefined && others.size < mostOthers; file = waiting.shift()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readOther(file);
    if (text === undefined) continue;
    others.set(file, text);
    waiting.push(...next(file, text));
  }
  return { own: own.map(({ text }) => text), others: [...others.values()] };
}

/** Undefined for what is not there or cannot be read: Compose complains if it needs it. */
function readOther(file: string): string | undefined {
  try {
    return readRegularFile(file, largestOther)?.toString();
  } catch {
    return undefined;
  }
}
