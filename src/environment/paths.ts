import { join } from "node:path";
import { sha256 } from "./digest.ts";

/** Everything below mono's home folder: `~/.mono`, or `$MONO_HOME`. */
export interface HomePaths {
  readonly home: string;
  readonly database: string;
  readonly log: string;
  readonly locks: string;
}

/** Mono's home folder, in the words of the caller's environment: it may be relative. */
export function homeFolderOf(env: Readonly<Record<string, string | undefined>>, personsHome: string): string {
  return env["MONO_HOME"] || join(personsHome, ".mono");
}

export function homePaths(home: string): HomePaths {
  return {
    home,
    database: join(home, "state.db"),
    log: join(home, "mono.log"),
    locks: join(home, "locks"),
  };
}

/** What tells sessions of this home's environments from anybody else's of the same name. */
export function homeMark(home: string): string {
  return sha256(home).slice(0, 12);
}

/** The private compose file of each environment. */
export const composeFileName = "docker-compose.mono.yml";

/** What one environment has below mono's home folder. */
export interface EnvironmentPaths {
  /** `$MONO_DATA_DIR`: the workspace's to use. */
  readonly dataFolder: string;
  /** What mono generates for itself. */
  readonly ownFolder: string;
  /** The environment's mark: the own folder is its. */
  readonly markFile: string;
  /** Says that mono has made the data folder. */
  readonly dataFolderRecord: string;
  readonly composeFile: string;
  readonly runScript: string;
  /** Which folder the environment was made for. */
  readonly folderIdentity: string;
  /** The containers as they were when it was ready. */
  readonly readyContainers: string;
  /** Why init failed, when it was told to keep what it had made. */
  readonly failure: string;
  /** Which of its containers are paused, while another environment copies its data. */
  readonly pause: string;
  /** Says that it was put to sleep. */
  readonly asleep: string;
  /** When it was last seen in use by one that looked whether it may sleep. */
  readonly lastUse: string;
  /** The environment that it copies from, until the copy is over. */
  readonly copySource: string;
  /** Where the session was made: the server, and its id there. */
  readonly session: string;
  /** The process groups that init and setup scripts have left in the background. */
  readonly backgroundGroups: string;
  /** The token of the run that was started last. */
  readonly runToken: string;
  /** Its process group and its token. */
  readonly runGroup: string;
  /** Its exit status, once it has ended, and its token. */
  readonly runStatus: string;
  /** What the files begin with that hold what it has printed, as the terminal got it. */
  readonly runOutput: string;
}

export function environmentPaths(home: HomePaths, name: string): EnvironmentPaths {
  const ownFolder = join(home.home, "environments", name);
  return {
    dataFolder: join(home.home, "data", name),
    ownFolder,
    markFile: join(ownFolder, "mark"),
    dataFolderRecord: join(ownFolder, "data-folder"),
    composeFile: join(ownFolder, composeFileName),
    runScript: join(ownFolder, "run-script"),
    folderIdentity: join(ownFolder, "folder-identity"),
    readyContainers: join(ownFolder, "ready-containers"),
    failure: join(ownFolder, "failure"),
    pause: join(ownFolder, "pause"),
    asleep: join(ownFolder, "asleep"),
    lastUse: join(ownFolder, "last-use"),
    copySource: join(ownFolder, "copy-source"),
    session: join(ownFolder, "session"),
    backgroundGroups: join(ownFolder, "background-groups"),
    runToken: join(ownFolder, "run-token"),
    runGroup: join(ownFolder, "run-group"),
    runStatus: join(ownFolder, "run-status"),
    runOutput: join(ownFolder, "run-output"),
  };
}

/** The lock of the environment of a workspace, whether or not it is registered. `path` is its real path. */
export function lockFileOf(home: HomePaths, path: string): string {
  return join(home.locks, sha256(path).slice(0, 32));
}

/** True if the path is the folder, or in it. Both are real paths. */
export function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
