import { engineNameClash } from "../error/catalogue/compose.ts";
import type { ComposeModel, Things } from "./model.ts";

/** A private project and the environment that it belongs to. */
export interface NamedModel {
  readonly environment: string;
  readonly model: ComposeModel;
}

/**
 * The names that a private project has on the engine. Compose joins project and service by a dash, so that `a` with
 * the service `b-web` and `a-b` with the service `web` both have a container `mono-a-b-web-1`.
 */
function engineNamesOf(model: ComposeModel): ReadonlyMap<string, string> {
  const project = model.name ?? "";
  const things = (kind: string, all: Things | undefined) =>
    Object.entries(all ?? {})
      .filter(([, thing]) => thing?.external !== true)
      .map(([key]) => [`${kind} ${project}_${key}`, `${kind} ${key}`] as const);
  const services = Object.keys(model.services).map(
    (service) => [`container ${project}-${service}`, `service ${service}`] as const,
  );
  return new Map([...services, ...things("network", model.networks), ...things("volume", model.volumes)]);
}

/** True if two environments' projects can have a name in common at all: the one's name begins with the other's. */
export function mayShareNames(one: string, other: string): boolean {
  const beginsWith = (long: string, short: string) =>
    /^[-_]/.test(long.slice(short.length)) && long.startsWith(short);
  return beginsWith(one, other) || beginsWith(other, one);
}

/** Throws when the project would have a name that another environment's project has. */
export function requireOwnNames(own: NamedModel, others: readonly NamedModel[]): void {
  const names = engineNamesOf(own.model);
  for (const other of others) {
    for (const [name, subject] of engineNamesOf(other.model)) {
      const ours = names.get(name);
      if (ours === undefined) continue;
      throw engineNameClash({
        subject: ours,
        environment: own.environment,
        otherSubject: subject,
        otherEnvironment: other.environment,
        name,
      });
    }
  }
}
