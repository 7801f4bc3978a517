/** The JSON Schemas of the repository, to check what mono prints and what people write. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { repository } from "./world.ts";

/** What a schema says against a value; nothing when it fits. */
export function problemsWith(value: unknown, validate: ValidateFunction): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

/** The schema of `schemas/<name>.schema.json`. */
export function schemaOf(name: string): ValidateFunction {
  return new Ajv().compile(readSchema(name));
}

/**
 * The same, without room for fields that it does not name: what mono prints today is all in it, while programs are to
 * expect more.
 */
export function closedSchemaOf(name: string): ValidateFunction {
  return new Ajv().compile(closed(readSchema(name)));
}

function readSchema(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(repository, "schemas", `${name}.schema.json`), "utf8"));
}

function closed(schema: Record<string, unknown>): Record<string, unknown> {
  const inner = Object.entries(schema).map(([key, value]) => [key, closedValue(value)]);
  const isOpen = "properties" in schema && !("additionalProperties" in schema);
  return { ...Object.fromEntries(inner), ...(isOpen && { additionalProperties: false }) };
}

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue);
  return typeof value === "object" && value !== null ? closed(value as Record<string, unknown>) : value;
}
