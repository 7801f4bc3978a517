/** What mono's children get as their environment. */
import type { Environ } from "../process/child.ts";
import { composeFileName } from "./paths.ts";
import { knobsVariable, ofEnvironment, type Variables } from "./variables.ts";

/** What `composeVariables` sets. */
const composeNames = new Set(["COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES"]);

/** Names that mono gives a meaning. Any other MONO_… is a person's. MONO_HOME is theirs to set, too. */
const monosOwn =
  /^MONO_(ENV_(NAME|ID|PATH|TOKEN|VARIABLES)|DATA_DIR|RUN_TOKEN|TIMINGS|TRACE_EFFECTS|STOP_AT_EFFECT)$/;

/** True for a variable by which mono tells a process which environment it is in. `names` are all that it has. */
export function isReserved(name: string, hasName: (name: string) => boolean): boolean {
  // What services give has names of many forms: where nothing else is mono's, one is a person's.
  return monosOwn.test(name) || (ofEnvironment.test(name) && hasName("MONO_ENV_NAME"));
}

/**
 * The caller's environment without what belongs to another environment of mono, when it was called from inside one:
 * mono's own MONO_*, the ports' own variables that it has set, and the COMPOSE_* beside a COMPOSE_FILE of its own.
 */
export function callersEnviron(env: Environ): Environ {
  const isInsideOther = env["COMPOSE_FILE"]?.endsWith(`/${composeFileName}`) === true;
  const knobs = new Set(env[knobsVariable]?.split(" "));
  const isMonos = (name: string) =>
    knobs.has(name) ||
    isReserved(name, (other) => other in env) ||
    (isInsideOther && (composeNames.has(name) || ofEnvironment.test(name)));
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
