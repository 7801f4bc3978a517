/** What mono's children get as their environment. */
import type { Variables } from "./variables.ts";

type Environ = Readonly<Record<string, string>>;

/**
 * The caller's environment without what belongs to another environment of mono, when it was called from inside one:
 * MONO_* (but MONO_HOME), and a COMPOSE_FILE and COMPOSE_PROJECT_NAME that mono has set. `home` is mono's home folder.
 */
export function callersEnviron(env: Environ, home: string): Environ {
  const isInsideOther = env["COMPOSE_FILE"]?.startsWith(`${home}/environments/`) === true;
  const isMonos = (name: string) =>
    (name.startsWith("MONO_") && name !== "MONO_HOME") ||
    (isInsideOther && (name === "COMPOSE_FILE" || name === "COMPOSE_PROJECT_NAME"));
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
