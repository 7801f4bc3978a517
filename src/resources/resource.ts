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
  /** Makes it as it should be. Changes nothing when it already is. `project` is undefined in simple mode. */
  readonly ensure?: (owner: Owner, project: Project | undefined) => Promise<void>;
  /**
   * Removes it, and succeeds when it is already gone. Leaves alone what belongs to somebody else. `force`: the person
   * accepts that something may stay behind which only a failing provider could have removed.
   */
  readonly remove: (owner: Owner, force: boolean) => Promise<void>;
  /** For a resource that mono may have been called in: removing it then ends this very mono, and it goes last of all. */
  readonly last?: Last;
  /** One look for all environments. Without it, the status of an environment does not depend on this resource. */
  readonly inspect?: (lookout: Lookout) => Promise<Judge>;
}

interface Last {
  /** Whether mono was called in it. */
  readonly isCalledInside: (owner: RunOwner) => Promise<boolean>;
  /** Removes what can go without ending mono, at the usual point in the order. */
  readonly removeRest: (owner: Owner) => Promise<void>;
}

/** The compose project of an environment, ready to be started. */
export interface Project {
  readonly files: ComposeFiles;
  readonly model: ComposeModel;
}

/** What mono needs for looking at all environments at once. */
export interface Lookout {
  /** Mono's home folder. */
  readonly home: string;
  /** The caller's environment variables, less those that come from another of mono's environments. */
  readonly env: Environ;
  /** The environments in question. Reads the database when first called. */
  readonly environments: () => readonly Environment[];
}

/** Tells from what was seen how the resource of one environment is; undefined when the environment has none. Pure. */
export type Judge = (environment: Environment) => Finding | undefined;
