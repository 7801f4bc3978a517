import type { DockerAtWork, DockerCall } from "../docker/ask.ts";
import { selectEngine } from "../docker/engine.ts";
import type { Owner, Viewer } from "./owner.ts";

/**
 * A call for this environment: its engine, from a folder that exists. Without COMPOSE_FILE and COMPOSE_PROJECT_NAME:
 * the arguments say which project and file, and `down` with a file leaves the containers of inactive profiles.
 */
export function resolveDockerCall({ callersEnv, environment, home, variables }: Viewer): DockerCall {
  const { COMPOSE_FILE: _file, COMPOSE_PROJECT_NAME: _project, ...env } = { ...callersEnv, ...variables };
  // What is no service any more must go, though a .env says to ignore it: Compose refuses the two together.
  const settings = { COMPOSE_IGNORE_ORPHANS: "false" };
  return { env: { ...selectEngine(env, environment.engine), ...settings }, cwd: home };
}

/** The owner's call, for what changes something on the engine. */
export function dockerAtWorkOf({ docker, recordGroup }: Pick<Owner, "docker" | "recordGroup">): DockerAtWork {
  return { ...docker, recordGroup };
}
