import type { HomePaths } from "../environment/paths.ts";
import type { Log } from "../log/log.ts";
import type { Audience } from "../log/narrator.ts";
import type { Environ } from "../process/child.ts";
import type { Interruption } from "../process/interruption.ts";
import type { Environments } from "../state/environments.ts";

/** All that an operation gets from outside. */
export interface Context {
  readonly home: HomePaths;
  /** The caller's environment, as it came. */
  readonly env: Environ;
  /** The folder in which mono was called, for relative paths. */
  readonly cwd: string;
  readonly pid: number;
  /** The file of this program, to start it again. */
  readonly executable: string;
  readonly environments: Environments;
  readonly log: Log;
  readonly audience: Audience;
  readonly interruption: Interruption;
}
