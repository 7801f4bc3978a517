import { generatedFileDiffers } from "../error/catalogue/compose.ts";
import { portBlockOf } from "../environment/ports.ts";
import { changeDocument, differences } from "./change.ts";
import { type Node, parseWritten, valueOf } from "./document.ts";
import { type ComposeModel, isMapping, mapValues, type Things } from "./model.ts";
import { lastHostPort } from "./private-ports.ts";
import { corrected } from "./private-services.ts";

/** A model, and the document that it was read from. */
export interface SourceModel {
  readonly model: ComposeModel;
  readonly document: Node;
}

/** The document of a model that was made from another one. What the two have in common keeps its bytes. */
export function privateDocument(source: SourceModel, meant: ComposeModel): Node {
  return changeDocument(source.document, source.model, meant);
}

/** Reads a file that mono has generated. Throws a SyntaxError when the file is something else by now. */
export function parseGenerated(text: string): SourceModel {
  const document = parseWritten(text);
  return { document, model: requireModel(valueOf(document)) };
}

/** The model alone, for what only looks at it. Files of mono 0.1 are JSON. */
export function parseGeneratedModel(text: string): ComposeModel {
  return text.startsWith("{") ? requireModel(JSON.parse(text)) : parseGenerated(text).model;
}

function requireModel(model: unknown): ComposeModel {
  if (!isMapping(model) || !isMapping(model["services"])) throw new SyntaxError("no services");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by mono, replaced as a whole
  return model as ComposeModel;
}

/**
 * Makes sure that Compose reads from the generated file what mono meant, byte by byte where mono changes nothing, and
 * that nothing in it can meet another environment. `read` is the `config` of the generated file. Throws, naming what
 * differs.
 */
export function verifyGenerated(meant: Node, read: SourceModel, id: number): void {
  // What `config` prints in a form that it does not read, it prints so again.
  const services = mapValues(read.model.services, corrected);
  const document = privateDocument(read, { ...read.model, services });
  const problems = [...differences(meant, document), ...collisions(read.model, id)];
  if (problems.length === 0) return;
  throw generatedFileDiffers({}, { details: problems.slice(0, 10) });
}

/** As `config` prints it: with the names that Compose derives. */
export function withProjectNames(model: ComposeModel): ComposeModel {
  const named = (things: Things | undefined): Things =>
    mapValues(things ?? {}, (thing, key) =>
      thing?.external === true ? thing : { ...thing, name: `${model.name}_${key}` },
    );
  return {
    ...model,
    ...(model.networks && { networks: named(model.networks) }),
    ...(model.volumes && { volumes: named(model.volumes) }),
    ...(model.configs && { configs: named(model.configs) }),
    ...(model.secrets && { secrets: named(model.secrets) }),
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
