/** The schema of compose files that a Compose plugin carries: the keys that it knows. */
import { readFileSync } from "node:fs";
import { isMapping, type Mapping } from "../../src/compose/model.ts";

/** Every key of the specification by its path: `services.*.build.args`; `*` stands for a name, `[]` for an item. */
export function specificationKeys(plugin: string): readonly string[] {
  const schema = schemaIn(plugin);
  const definitions = isMapping(schema["definitions"]) ? schema["definitions"] : schema["$defs"];
  const keys = new Set<string>();
  const visit = (value: unknown, path: string, seen: readonly string[]) => {
    if (!isMapping(value)) return;
    const reference = typeof value["$ref"] === "string" ? value["$ref"].split("/").at(-1) : undefined;
    if (reference !== undefined) {
      if (seen.includes(reference)) return;
      visit(isMapping(definitions) ? definitions[reference] : undefined, path, [...seen, reference]);
    }
    for (const list of [value["oneOf"], value["anyOf"], value["allOf"]])
      if (Array.isArray(list)) for (const one of list) visit(one, path, seen);
    for (const [key, inner] of Object.entries(isMapping(value["properties"]) ? value["properties"] : {})) {
      const name = path === "" ? key : `${path}.${key}`;
      keys.add(name);
      visit(inner, name, seen);
    }
    for (const [pattern, inner] of Object.entries(
      isMapping(value["patternProperties"]) ? value["patternProperties"] : {},
    ))
      if (pattern !== "^x-") visit(inner, `${path}.*`, seen);
    visit(value["items"], `${path}[]`, seen);
    if (isMapping(value["additionalProperties"])) visit(value["additionalProperties"], `${path}.*`, seen);
  };
  visit(schema, "", []);
  return [...keys].toSorted();
}

function schemaIn(plugin: string): Mapping {
  const bytes = readFileSync(plugin);
  const mark = Math.max(bytes.indexOf('"compose_spec.json"'), bytes.indexOf('"id": "config_schema'));
  const start = bytes.lastIndexOf("{", mark);
  let depth = 0;
  let isText = false;
  for (let end = start; end < bytes.length; end++) {
    const character = String.fromCharCode(bytes[end] ?? 0);
    if (isText && character === "\\") end++;
    else if (character === '"') isText = !isText;
    else if (!isText && character === "{") depth++;
    else if (!isText && character === "}" && --depth === 0) {
      const schema: unknown = JSON.parse(bytes.subarray(start, end + 1).toString());
      if (isMapping(schema)) return schema;
    }
  }
  throw new Error(`no schema of compose files in ${plugin}`);
}
