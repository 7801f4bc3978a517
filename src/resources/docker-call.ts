import type { DockerAtWork, DockerCall } from "../docker/ask.ts";
import { withEngine } from "../docker/engine.ts";
import type { Owner, Viewer } from "./owner.ts";

/**
 * A call for this environment: its engine, from a folder that exists. Without COMPOSE_FILE and COMPOSE_PROJECT_NAME:
 * the arguments say which project and file, and `down` with a file leaves the containers of inactive profiles.
 */
export function dockerCallOf({
  callersEnv,
  environment,
  home,
  variables,
}: Omit<Viewer, "paths">): DockerCall {
  const { COMPOSE_FILE: _file, COMPOSE_PROJECT_NAME: _project, ...env } = { ...callersEnv, ...variables() };
  // What is no service any more must go, though a .env says to ignore it: Compose refuses the two together.
  const settings = { COMPOSE_IGNORE_ORPHANS: "false" };
  return { env: { ...withEngine(env, environment.engine), ...settings }, cwd: home };
}

/** The same for a call that changes what the engine has. */
export function dockerAtWorkOf(owner: Owner): DockerAtWork {
  return { ...dockerCallOf(owner), recordGroup: owner.recordGroup };
}
