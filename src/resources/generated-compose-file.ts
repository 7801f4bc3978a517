import { readFileSync } from "node:fs";
import { parseGenerated, parseGeneratedModel, type SourceModel } from "../compose/generated-file.ts";
import type { ComposeModel } from "../compose/model.ts";
import { unlessMissing } from "../error/unless-missing.ts";

/** The private model that was generated last; undefined when there is none. */
export function readGenerated(file: string): ComposeModel | undefined {
  const text = readGeneratedText(file);
  if (text === undefined) return undefined;
  try {
    return parseGeneratedModel(text);
  } catch (error) {
    // Broken by hand or by the disk: it must not keep anybody from removing the environment.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The text of that file; undefined when it is not there. */
export function readGeneratedText(file: string): string | undefined {
  return unlessMissing(() => readFileSync(file, "utf8"));
}

/** The private model with its document, for a change of it. Throws when there is none. */
export function requireGenerated(file: string): SourceModel {
  return parseGenerated(readFileSync(file, "utf8"));
}

/** Where the next one stands while Compose looks at it. */
export function candidateOf(file: string): string {
  return `${file}.new`;
}
