import type { ComposeModel } from "../compose/model.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import type { Environment } from "../environment/environment.ts";
import type { Finding } from "../environment/status.ts";
import type { Environ } from "../process/child.ts";
import type { Owner, RunOwner } from "./owner.ts";

/**
 * A kind of thing that an environment owns. Each is found again from the environment's row alone: its name, its id, its
 * path. The list of them is in `resources.ts`.
 */
export interface Resource {
  readonly name: string;
  /** What mono does while it removes this, for the narration. */
  readonly removing: string;
  /** Makes it as it should be. Changes nothing when it is. `project` is undefined in simple mode. */
  readonly ensure?: (owner: Owner, project: Project | undefined) => Promise<void>;
  /**
   * Removes it, and is content when it is gone. Leaves alone what is another's. `force`: the person accepts that something
   * may stay which only its own removal could have found.
   */
  readonly remove: (owner: Owner, force: boolean) => Promise<void>;
  /** Whether removing it ends this very mono, so that it has to go last of all. */
  readonly endsMono?: (owner: RunOwner) => Promise<boolean>;
  /** Looks once for all environments. Without it, the status of an environment does not depend on this resource. */
  readonly inspect?: (lookout: Lookout) => Promise<Judge>;
}

/** The compose project of an environment, ready to be started. */
export interface Project {
  readonly files: ComposeFiles;
  readonly model: ComposeModel;
}

/** From where mono looks at all environments at once. */
export interface Lookout {
  /** Mono's home folder. */
  readonly home: string;
  /** The caller's environment, less what belongs to another environment of mono. */
  readonly env: Environ;
  /** The environments in question. Reads the database when it is called first. */
  readonly environments: () => readonly Environment[];
}

/** Tells from what was seen how the resource of one environment is; undefined when that has none. Pure. */
export type Judge = (environment: Environment) => Finding | undefined;
