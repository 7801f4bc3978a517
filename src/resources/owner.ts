import type { DockerCall } from "../docker/ask.ts";
import type { Environment } from "../environment/environment.ts";
import type { EnvironmentPaths } from "../environment/paths.ts";
import type { CallersPlace } from "../environment/session-environ.ts";
import type { Variables } from "../environment/variables.ts";
import type { Narrator } from "../log/narrator.ts";
import type { Environ, RecordGroup } from "../process/child.ts";
import type { Interruption } from "../process/interruption.ts";

/** As much of an owner as is needed to look at its session and to end its run, which takes no lock. */
export type RunOwner = Pick<Owner, "callersEnv" | "environment" | "home" | "interruption" | "paths" | "pid">;

/** As much of an owner as is needed to look at its resources, or to lend its variables. */
export type Viewer = Pick<
  Owner,
  "callersEnv" | "callersPlace" | "environment" | "home" | "paths" | "variables"
>;

/** The environment whose resources are ensured, removed or inspected, and what that takes. */
export interface Owner {
  readonly environment: Environment;
  readonly paths: EnvironmentPaths;
  /** Mono's home folder: it exists, whatever becomes of the workspace. */
  readonly home: string;
  /** This process. */
  readonly pid: number;
  /** The caller's environment, less what belongs to another environment of mono. */
  readonly callersEnv: Environ;
  readonly callersPlace: CallersPlace;
  /** MONO_* and COMPOSE_* as far as they were known when the owner was read: ports once the private compose file is there. */
  readonly variables: Variables;
  /** How docker is called for it: its engine, from a folder that exists. */
  readonly docker: DockerCall;
  readonly narrator: Narrator;
  readonly interruption: Interruption;
  readonly recordGroup: RecordGroup;
  /** True when a docker command may have been cut short: the engine may still be doing what it was asked for. */
  readonly mayEngineLag: boolean;
}
