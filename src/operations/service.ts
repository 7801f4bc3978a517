import type { Environment } from "../environment/environment.ts";
import { MonoError } from "../error/mono-error.ts";
import { nearest } from "../error/nearest.ts";
import type { Context } from "./context.ts";
import { generatedModelOf } from "./owner.ts";

/** The services of an environment, as its private compose file has them. Asks no Docker. */
export function servicesOf(context: Context, environment: Environment): readonly string[] {
  return Object.keys(generatedModelOf(context, environment)?.services ?? {});
}

/** Throws, naming those that there are, unless `name` is one of them. */
export function requireService(environment: Environment, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const meant = nearest(name, names);
  const list =
    names.length === 0 ? "it has none: there is no compose file" : `there are: ${names.join(", ")}`;
  throw new MonoError(`${environment.name} has no service ${name}`, {
    code: "usage",
    hint: meant === undefined ? list : `did you mean ${meant}? ${list}`,
  });
}
