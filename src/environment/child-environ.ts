/** What mono's children get as their environment. */
import type { Environ } from "../process/child.ts";
import { composeFileName } from "./paths.ts";
import type { Variables } from "./variables.ts";

/** What `composeVariables` sets. */
const composeNames = new Set(["COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES"]);

/**
 * The caller's environment without what belongs to another environment of mono, when it was called from inside one:
 * MONO_* (but MONO_HOME), and the COMPOSE_* that mono has set beside a COMPOSE_FILE of its own.
 */
export function callersEnviron(env: Environ): Environ {
  const isInsideOther = env["COMPOSE_FILE"]?.endsWith(`/${composeFileName}`) === true;
  const isMonos = (name: string) =>
    (name.startsWith("MONO_") && name !== "MONO_HOME") || (isInsideOther && composeNames.has(name));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isMonos(name)));
}

/** The variables that make a bare `docker compose` mean the environment's own project. */
export function composeVariables(
  project: string,
  composeFile: string,
  profiles: readonly string[] = [],
): Variables {
  const active = profiles.length === 0 ? {} : { COMPOSE_PROFILES: profiles.join(",") };
  return { COMPOSE_PROJECT_NAME: project, COMPOSE_FILE: composeFile, ...active };
}
