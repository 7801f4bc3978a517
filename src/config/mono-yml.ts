/** mono.yml: text to typed configuration, or every problem of it at once. */
import * as v from "valibot";
import { type Document, isAlias, isMap, isScalar, LineCounter } from "yaml";
import { nearest } from "../text/nearest.ts";
import { shown } from "../text/shown.ts";
import type { Config, ScriptName } from "./config.ts";
import { configurationError, type Problem } from "./problem.ts";
import { readYaml } from "./yaml-document.ts";

/** A mapping with these keys. What else it holds is found in the document itself, where it has a place. */
function mapping<const Entries extends v.ObjectEntries>(entries: Entries, message: string) {
  return v.pipe(v.custom<Record<string, unknown>>(isMapping, message), v.object(entries));
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** No program can be given one, in its arguments or in its environment. */
const withoutNul = v.check((text: string) => !text.includes("\0"), "must not contain a NUL character");
/** As long as a path and a file's name may be, in bytes: the system refuses a longer one, or an endless command line. */
const [longestPath, longestName, mostEntries] = [4095, 255, 100];
const script = v.pipe(v.string("must be a string: a command line, or several lines after `|`"), withoutNul);
const composeFile = v.pipe(
  v.string("must be a path, relative to the workspace"),
  v.nonEmpty("must not be empty"),
  v.maxBytes(longestPath, `must not be longer than ${longestPath} bytes`),
  withoutNul,
);
const profile = v.pipe(
  v.string("must be the name of a profile"),
  v.nonEmpty("must not be empty"),
  v.maxBytes(longestName, `must not be longer than ${longestName} bytes`),
  withoutNul,
);

function list<const Entry extends v.GenericSchema<string>>(entry: Entry, message: string) {
  return v.pipe(
    v.array(entry, message),
    v.maxLength(mostEntries, `must not have more than ${mostEntries} entries`),
  );
}

/** Each key may be left empty. The description is what an editor shows, by `schemas/mono.schema.json`. */
function optional<const Value extends v.GenericSchema>(value: Value, description: string) {
  return v.pipe(v.nullish(value), v.description(description));
}

const scripts = {
  init: optional(script, "Before the containers start, by mono init; the ports are not known yet"),
  setup: optional(script, "When the containers are ready, by mono init"),
  run: optional(script, "By mono run, in the tmux session"),
  destroy: optional(script, "Before anything is removed, by mono destroy"),
};
const compose = {
  files: optional(
    list(composeFile, "must be a list of paths"),
    "Compose files, relative to the workspace, as docker compose -f takes them",
  ),
  profiles: optional(
    list(profile, "must be a list of names"),
    "Profiles, as docker compose --profile takes them",
  ),
};
const sections = {
  scripts: optional(
    mapping(scripts, "must be a mapping with init, setup, run or destroy"),
    "Shell scripts, run with sh -c in the workspace; one that begins with #! is a program of its own",
  ),
  compose: optional(
    mapping(compose, "must be a mapping with files or profiles"),
    "Which compose files and profiles; without it, what Docker Compose would find in the workspace",
  ),
};
export const configSchema = mapping(sections, "must be a mapping with scripts or compose");

/** How much of an unknown key is shown, in characters: what may be meant follows it. */
const longestShownKey = 40;

/** The keys that a mapping may have, by its path: what a misspelt key is compared with. */
const knownKeys: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(sections),
  scripts: Object.keys(scripts),
  compose: Object.keys(compose),
};

/** Parses the text of a mono.yml. Throws a `configuration` error that shows every problem with its position. */
export function parseConfig(text: string, file: string): Config {
  const lineCounter = new LineCounter();
  const { document, problems, value } = readYaml(text, lineCounter);
  if (value === undefined) throw configurationError(file, text, lineCounter, problems);
  const result = v.safeParse(configSchema, value.content ?? {});
  const all = [
    ...problems,
    ...unknownKeys(document),
    ...(result.issues ?? []).map((issue) => problemOf(issue, document)),
  ];
  if (!result.success || all.length > 0) throw configurationError(file, text, lineCounter, all);
  return toConfig(result.output);
}

function toConfig(parsed: v.InferOutput<typeof configSchema>): Config {
  const texts: Partial<Record<ScriptName, string>> = {};
  for (const name of ["init", "setup", "run", "destroy"] as const) {
    const text = parsed.scripts?.[name];
    if (text !== undefined && text !== null && text.trim() !== "") texts[name] = text;
  }
  return {
    scripts: texts,
    composeFiles: parsed.compose?.files ?? [],
    profiles: parsed.compose?.profiles ?? [],
  };
}

function problemOf(issue: v.InferIssue<typeof configSchema>, document: Document): Problem {
  const path = (issue.path ?? []).map((item) => ("key" in item ? item.key : ""));
  const subject = path.length === 0 ? "the file" : path.map(String).join(".");
  return { offset: valueOffset(document, path), message: `${subject} ${issue.message}` };
}

/** A key that nobody reads is a mistake: misspelt, or in the wrong place. */
function unknownKeys(document: Document): Problem[] {
  return Object.entries(knownKeys).flatMap(([parent, known]) => {
    const found = parent === "" ? document.contents : document.get(parent, true);
    const node = isAlias(found) ? found.resolve(document) : found;
    if (!isMap(node)) return [];
    return node.items.flatMap(({ key }) => {
      const name = isScalar(key) ? String(key.value) : "";
      if (known.includes(name)) return [];
      return [{ offset: isRanged(key) ? key.range[0] : 0, message: unknownKeyMessage(name, parent) }];
    });
  });
}

function unknownKeyMessage(key: string, parent: string): string {
  const known = knownKeys[parent] ?? [];
  const guess = nearest(key, known);
  const where = parent === "" ? "" : ` in ${parent}`;
  return `unknown key ${shown(key, longestShownKey)}${where}${guess === undefined ? ` (known: ${known.join(", ")})` : `: did you mean ${guess}?`}`;
}

function valueOffset(document: Document, path: readonly unknown[]): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isRanged(node)) return node.range[0];
  return keyOffset(document, path);
}

function keyOffset(document: Document, path: readonly unknown[]): number {
  const parent = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return 0;
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
  return isRanged(pair?.key) ? pair.key.range[0] : 0;
}

function isRanged(node: unknown): node is { range: readonly [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
