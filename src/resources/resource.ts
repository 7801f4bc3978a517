import type { ComposeModel } from "../compose/model.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import type { Environment } from "../environment/environment.ts";
import type { Finding } from "../environment/status.ts";
import type { Environ } from "../process/child.ts";
import type { ServerAndTerminals } from "../tmux/sessions.ts";
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
  /** Removes it, and is content when it is gone. Leaves alone what is another's. */
  readonly remove: (owner: Owner, removal: Removal) => Promise<void>;
  /** For a resource that mono may have been called in: removing it then ends this very mono, and it goes last of all. */
  readonly last?: Last;
  /** Looks once for all environments. Without it, the status of an environment does not depend on this resource. */
  readonly inspect?: (lookout: Lookout) => Promise<Judge>;
}

interface Last {
  /** Whether mono was called in it. */
  readonly isNeeded: (owner: RunOwner) => Promise<boolean>;
  /** Removes, in the usual place, what does not end mono. */
  readonly removeRest: (owner: Owner) => Promise<void>;
}

/** What the removal of all resources has in common. */
export interface Removal {
  /** The person accepts that something may stay which only its own removal could have found. */
  readonly force: boolean;
  /** What tmux said, if nothing has been done since, and the environment has nothing that ends before its session. */
  readonly tmux?: ServerAndTerminals | undefined;
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
