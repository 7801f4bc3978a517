import type { Environment } from "../environment/environment.ts";
import { MonoError } from "../error/mono-error.ts";
import { nearest } from "../error/nearest.ts";

/** Throws, naming those that there are, unless `name` is one of them. `others` is what could be meant as well. */
export function requireService(
  environment: Environment,
  name: string,
  names: readonly string[],
  others: readonly string[] = [],
): void {
  if (names.includes(name)) return;
  const meant = nearest(name, [...names, ...others]);
  const list =
    names.length === 0 ? "it has none: there is no compose file" : `there are: ${names.join(", ")}`;
  throw new MonoError(`${environment.name} has no service ${name}`, {
    code: "usage",
    hint: meant === undefined ? list : `did you mean ${meant}? ${list}`,
  });
}
