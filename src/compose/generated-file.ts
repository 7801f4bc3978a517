import { generatedFileDiffers } from "../error/catalogue/compose.ts";
import { portBlockOf } from "../environment/ports.ts";
import { type ComposeModel, isMapping, type Things } from "./model.ts";
import { lastHostPort } from "./private-ports.ts";

/** JSON, which every YAML parser reads the same way; the characters that YAML alone treats as breaks are escaped. */
export function serialize(model: ComposeModel): string {
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(model, null, 2).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escape)}\n`;
}

/** Reads a file that mono has generated. Throws a SyntaxError when it is none any more. */
export function parseGenerated(text: string): ComposeModel {
  const model: unknown = JSON.parse(text);
  if (!isMapping(model) || !isMapping(model["services"])) throw new SyntaxError("no services");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `serialize`, replaced as a whole
  return model as ComposeModel;
}

/**
 * Makes sure that what Compose reads from the generated file is what mono meant, and that nothing in it can meet
 * another environment: `read` is the `config` of the generated file. Throws, naming what differs.
 */
export function verifyGenerated(meant: ComposeModel, read: ComposeModel, id: number): void {
  const problems = [...differences(withProjectNames(meant), read, ""), ...collisions(read, id)];
  if (problems.length === 0) return;
  throw generatedFileDiffers({}, { details: problems.slice(0, 10) });
}

/** As `config` prints it: with the names that Compose derives. */
function withProjectNames(model: ComposeModel): ComposeModel {
  const named = (things: Things | undefined): Things | undefined =>
    things &&
    Object.fromEntries(
      Object.entries(things).map(([key, thing]) => [
        key,
        thing?.external === true ? thing : { ...thing, name: `${model.name}_${key}` },
      ]),
    );
  return {
    ...model,
    ...(model.networks && { networks: named(model.networks) ?? {} }),
    ...(model.volumes && { volumes: named(model.volumes) ?? {} }),
    ...(model.configs && { configs: named(model.configs) ?? {} }),
    ...(model.secrets && { secrets: named(model.secrets) ?? {} }),
  };
}

function collisions(model: ComposeModel, id: number): string[] {
  const { first, last } = portBlockOf(id);
  const isOutside = (port: number) => port < first || port > last;
  const ports = Object.entries(model.services).flatMap(([service, { ports: entries = [] }]) =>
    entries.map((entry) => ({
      service,
      last: lastHostPort(entry),
      first: Number.parseInt(entry.published ?? "0", 10),
    })),
  );
  const strangers = ports.filter((port) => isOutside(port.first) || isOutside(port.last));
  const named = Object.entries(model.services).filter(([, service]) => service.container_name !== undefined);
  return [
    ...strangers.map((port) => `services.${port.service}.ports: ${port.first} is not the environment's`),
    ...named.map(([service]) => `services.${service}.container_name: is still there`),
  ];
}

/** Where two models differ; an empty mapping or list is the same as none. */
function differences(meant: unknown, read: unknown, path: string): string[] {
  if (isEmpty(meant) && isEmpty(read)) return [];
  if (Array.isArray(meant) && Array.isArray(read) && meant.length === read.length) {
    return meant.flatMap((value: unknown, index) => differences(value, read[index], `${path}[${index}]`));
  }
  if (isMapping(meant) && isMapping(read)) {
    const keys = new Set([...Object.keys(meant), ...Object.keys(read)]);
    return [...keys].flatMap((key) =>
      differences(meant[key], read[key], path === "" ? key : `${path}.${key}`),
    );
  }
  return isSameScalar(meant, read) ? [] : [`${path}: meant ${shown(meant)}, Compose reads ${shown(read)}`];
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Numbers and their text are the same to Compose: it prints `memswap_limit: -1` as `"-1"`. */
function isSameScalar(meant: unknown, read: unknown): boolean {
  const isScalar = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);
  return isScalar(meant) && isScalar(read) && String(meant) === String(read);
}

/** Kinds and keys, not values: they may be secrets. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return isMapping(value) ? `a mapping of ${Object.keys(value).join(", ")}` : `another ${typeof value}`;
}
