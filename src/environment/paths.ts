import { createHash } from "node:crypto";
import { join } from "node:path";

/** Everything below mono's home folder: `~/.mono`, or `$MONO_HOME`. */
export interface HomePaths {
  readonly home: string;
  readonly database: string;
  readonly log: string;
  readonly locks: string;
}

export function homePaths(home: string): HomePaths {
  return {
    home,
    database: join(home, "state.db"),
    log: join(home, "mono.log"),
    locks: join(home, "locks"),
  };
}

/** The private compose file of each environment. */
export const composeFileName = "docker-compose.mono.yml";

/** What one environment has below mono's home folder. */
export interface EnvironmentPaths {
  /** `$MONO_DATA_DIR`: the workspace's to use. */
  readonly dataFolder: string;
  /** What mono generates for itself. */
  readonly ownFolder: string;
  readonly composeFile: string;
  readonly runScript: string;
  /** The process group of the run that was started last. */
  readonly runGroup: string;
  /** The exit status of the run that was started last, once it has ended. */
  readonly runStatus: string;
}

export function environmentPaths(home: HomePaths, name: string): EnvironmentPaths {
  const ownFolder = join(home.home, "environments", name);
  return {
    dataFolder: join(home.home, "data", name),
    ownFolder,
    composeFile: join(ownFolder, composeFileName),
    runScript: join(ownFolder, "run-script"),
    runGroup: join(ownFolder, "run-group"),
    runStatus: join(ownFolder, "run-status"),
  };
}

/** The lock of the environment of a workspace, whether or not it is registered. `path` is its real path. */
export function lockFileOf(home: HomePaths, path: string): string {
  return join(home.locks, createHash("sha256").update(path).digest("hex").slice(0, 32));
}
