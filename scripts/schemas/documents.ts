/** The JSON Schemas of the repository, as they should be in `schemas/`. */
import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { configSchema } from "../../src/config/mono-yml.ts";
import { answers } from "./answers.ts";

/** File names and texts. */
export function schemaDocuments(): ReadonlyMap<string, string> {
  const all = [
    ["mono", monoYmlSchema()] as const,
    ...Object.entries(answers).map(([name, answer]) => [name, answerSchema(name, answer.entries)] as const),
  ];
  return new Map(
    all.map(([name, schema]) => [`${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`]),
  );
}

function answerSchema(name: string, entries: v.ObjectEntries): object {
  const version = v.pipe(
    v.literal(1),
    v.description(
      "Increases when a field changes its meaning or is removed; new fields may be added at any time",
    ),
  );
  const titles: Readonly<Record<string, string>> = {
    error: "What a command with --json prints when it fails",
    "destroy-several": "mono destroy --json of several environments, with --missing or with --dry-run",
  };
  const title = titles[name] ?? `mono ${name} --json`;
  return toJsonSchema(v.pipe(v.object({ version, ...entries }), v.title(title)));
}

/** What cannot be translated by itself is said in JSON Schema here: unknown keys, lengths in bytes, NUL characters. */
function monoYmlSchema(): object {
  return toJsonSchema(v.pipe(configSchema, v.title("mono.yml")), {
    typeMode: "output",
    overrideSchema: ({ jsonSchema, valibotSchema }) =>
      valibotSchema.type === "object" ? { ...jsonSchema, additionalProperties: false } : undefined,
    overrideAction: ({ jsonSchema, valibotAction }) => {
      if (valibotAction.type === "check") return { ...jsonSchema, pattern: String.raw`^[^\u0000]*$` };
      if (valibotAction.type !== "max_bytes" || !("requirement" in valibotAction)) return undefined;
      return { ...jsonSchema, maxLength: Number(valibotAction.requirement) };
    },
  });
}
