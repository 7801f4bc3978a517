/** mono.yml: text to typed configuration, or every problem of it at once. */
import * as v from "valibot";
import { isMap, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { nearest } from "../error/nearest.ts";
import { configurationError, type Problem } from "./problem.ts";

export const configFileName = "mono.yml";

const script = v.pipe(v.string("must be a string: a command line, or several lines after `|`"));

const composeFile = v.pipe(
  v.string("must be a path, relative to the workspace"),
  v.nonEmpty("must not be empty"),
);
const profile = v.pipe(v.string("must be the name of a profile"), v.nonEmpty("must not be empty"));

const schema = v.strictObject({
  scripts: v.optional(
    v.nullable(
      v.strictObject(
        {
          init: v.optional(v.nullable(script)),
          setup: v.optional(v.nullable(script)),
          run: v.optional(v.nullable(script)),
          destroy: v.optional(v.nullable(script)),
        },
        "must be a mapping with init, setup, run or destroy",
      ),
    ),
  ),
  compose: v.optional(
    v.nullable(
      v.strictObject(
        {
          files: v.optional(v.nullable(v.array(composeFile, "must be a list of paths"))),
          profiles: v.optional(v.nullable(v.array(profile, "must be a list of names"))),
        },
        "must be a mapping with files or profiles",
      ),
    ),
  ),
});

export type ScriptName = "init" | "setup" | "run" | "destroy";

export interface Config {
  /** The scripts that are there and not blank. */
  readonly scripts: Readonly<Partial<Record<ScriptName, string>>>;
  /** Compose files relative to the workspace, as `docker compose -f` takes them; empty: Compose finds its own. */
  readonly composeFiles: readonly string[];
  readonly profiles: readonly string[];
}

/** The keys that a mapping may have, by its path: what a misspelt key is compared with. */
const knownKeys: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(schema.entries),
  scripts: ["init", "setup", "run", "destroy"],
  compose: ["files", "profiles"],
};

/** Parses the text of a mono.yml. Throws a `configuration` error that shows every problem with its position. */
export function parseConfig(text: string, file: string): Config {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
  });
  const fault = [...document.errors, ...document.warnings];
  if (fault.length > 0) {
    const problems = fault.map(({ message, pos }) => ({ offset: pos[0], message: sentence(message) }));
    throw configurationError(file, text, lineCounter, problems);
  }
  const aliases = safeToJs(document);
  if (aliases instanceof Error) {
    throw configurationError(file, text, lineCounter, [{ offset: 0, message: sentence(aliases.message) }]);
  }
  const result = v.safeParse(schema, aliases.value ?? {});
  if (!result.success) {
    const problems = result.issues.map((issue) => problemOf(issue, document));
    throw configurationError(file, text, lineCounter, problems);
  }
  return toConfig(result.output);
}

/** An alias without an anchor, or one that expands without end, throws only here. */
function safeToJs(document: Document): { value: unknown } | Error {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof RangeError) return error;
    throw error;
  }
}

function toConfig(parsed: v.InferOutput<typeof schema>): Config {
  const scripts: Partial<Record<ScriptName, string>> = {};
  for (const name of ["init", "setup", "run", "destroy"] as const) {
    const text = parsed.scripts?.[name];
    if (text !== undefined && text !== null && text.trim() !== "") scripts[name] = text;
  }
  return {
    scripts,
    composeFiles: parsed.compose?.files ?? [],
    profiles: parsed.compose?.profiles ?? [],
  };
}

type Issue = v.InferIssue<typeof schema>;

function problemOf(issue: Issue, document: Document): Problem {
  const path = (issue.path ?? []).map((item) => ("key" in item ? item.key : ""));
  const name = path.map(String).join(".");
  if (issue.expected === "never") {
    const key = String(path.at(-1));
    const parent = path.slice(0, -1).map(String).join(".");
    return { offset: keyOffset(document, path), message: unknownKeyMessage(key, parent) };
  }
  const subject = name === "" ? "the file" : name;
  const message = name === "" ? "must be a mapping with scripts or compose" : issue.message;
  return { offset: valueOffset(document, path), message: `${subject} ${message}` };
}

function unknownKeyMessage(key: string, parent: string): string {
  const known = knownKeys[parent] ?? [];
  const guess = nearest(key, known);
  const where = parent === "" ? "" : ` in ${parent}`;
  return `unknown key ${key}${where}${guess === undefined ? ` (known: ${known.join(", ")})` : `: did you mean ${guess}?`}`;
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

/** The YAML library's messages are sentences; ours are parts of one. */
function sentence(message: string): string {
  const first = message.slice(0, 1).toLowerCase() + message.slice(1);
  return first.replace(/\s*\n[\s\S]*$/, "");
}
