import type { Environment } from "../environment/environment.ts";
import { noSuchService } from "../error/catalogue/command-line.ts";
import { nearest } from "../text/nearest.ts";
import type { Context } from "./context.ts";
import { readGeneratedModel } from "./owner.ts";

/** The services of an environment, as its private compose file has them. Asks no Docker. */
export function servicesOf(context: Context, environment: Environment): readonly string[] {
  return Object.keys(readGeneratedModel(context, environment)?.services ?? {});
}

/** Throws, naming those that there are, unless `name` is one of them. `others` is what could be meant as well. */
export function requireService(
  environment: Environment,
  name: string,
  names: readonly string[],
  others: readonly string[] = [],
): void {
  if (names.includes(name)) return;
  throw noSuchService({
    environment: environment.name,
    service: name,
    services: names,
    meant: nearest(name, [...names, ...others]),
  });
}
