/** Workspaces, and whether they have an environment. */
import { define } from "../define.ts";
import { shellWord } from "../../text/shell-word.ts";

interface Path {
  readonly path: string;
}

export const noSuchFolder = define("no-such-folder", {
  code: "usage",
  message: ({ path }: Path) => `no such folder: ${path}`,
  hint: "check its spelling; a relative path counts from the current folder",
  when: "The workspace's folder is not there.",
  example: { path: "~/code/shop/pariss" },
});

export const workspaceGone = define("workspace-gone", {
  code: "usage",
  message: ({ name, path }: Path & { name: string }) => `the folder of ${name} is gone: ${path}`,
  hint: ({ name }) => `mono destroy ${name} removes what is left of it`,
  when: "The command needs the workspace of an environment, and its folder was removed or moved. If the folder was moved, move it back first.",
  example: { name: "shop-paris", path: "~/code/shop/paris" },
});

export const notAFolder = define("not-a-folder", {
  code: "usage",
  message: ({ path }: Path) => `not a folder: ${path}`,
  hint: "name the workspace's folder, not a file in it",
  when: "The path of a workspace leads to a file.",
  example: { path: "~/code/shop/paris/mono.yml" },
});

export const unreadableFolder = define("unreadable-folder", {
  code: "usage",
  message: ({ path, reason }: Path & { reason: string }) => `cannot read the folder ${path}: ${reason}`,
  hint: "make sure that you may read and enter it, and every folder above it",
  when: "The workspace's folder is there, and the system does not let this user read or enter it.",
  example: { path: "~/code/shop/paris", reason: "permission denied" },
});

export const noSuchEnvironment = define("no-such-environment", {
  code: "no-such-environment",
  message: ({ path }: Path & { meant: string | undefined }) => `no environment for ${path}`,
  hint({ meant }) {
    const all = "mono list shows those that exist; mono init makes one";
    return meant === undefined ? all : `did you mean ${meant}? ${all}`;
  },
  when: "The command needs an environment, and this workspace has none in this `MONO_HOME`. `mono destroy --if-exists` counts this as done.",
  example: { path: "~/code/shop/oslo", meant: undefined },
});

export const environmentExists = define("environment-exists", {
  code: "already-exists",
  message: ({ name, path }: Path & { name: string }) => `the environment ${name} of ${path} exists already`,
  hint: ({ name }) => `mono run ${name} starts it again, mono destroy ${name} removes it`,
  when: "`mono init` was called for a workspace whose environment is whole.",
  example: { name: "shop-paris", path: "~/code/shop/paris" },
});

export const environmentNotReady = define("environment-not-ready", {
  message: ({ name }: Path & { name: string }) =>
    `${name} is not ready: an earlier init or destroy was interrupted`,
  hint: ({ name, path }) =>
    `mono init ${shellWord(path)} starts it afresh, mono destroy ${name} removes what is left`,
  when: "`mono run` or `mono attach` met an environment that a killed mono has left half made, or half removed.",
  example: { name: "shop-paris", path: "~/code/shop/paris" },
});

export const environmentFailed = define("environment-failed", {
  message: ({ name, failure }: Path & { name: string; failure: string }) =>
    `the init of ${name} failed: ${failure}`,
  hint: ({ name, path }) =>
    `see mono logs ${name} and mono attach ${name}; mono init ${shellWord(path)} starts afresh, mono destroy ${name} removes it`,
  when: "`mono run` met an environment whose init failed, and was told by `--keep` to leave what it had made.",
  example: {
    name: "shop-paris",
    path: "~/code/shop/paris",
    failure: "service db exited with 3 (container mono-shop-paris-db-1)",
  },
});

export const folderReplaced = define("folder-replaced", {
  code: "already-exists",
  message: ({ name, path }: Path & { name: string }) =>
    `${name} was made for a folder that is gone: ${path} was deleted and made again since`,
  hint: ({ name }) => `mono destroy ${name} removes the old environment with its data; then mono init again`,
  when: "`mono init` was called for a folder that has replaced another one, which still has an environment: its containers and data are of that time. If you need the old data, look at it first: `mono run` still works.",
  example: { name: "shop-paris", path: "~/code/shop/paris" },
});

export const nothingInterrupted = define("nothing-interrupted", {
  code: "already-exists",
  message: ({ name }: { name: string }) => `${name} is ready: nothing was interrupted`,
  hint: "to remove it all the same: mono destroy",
  when: "mono calls itself to clean up when a signal has interrupted it, and found that there is nothing to clean up. You see this only in the log.",
  example: { name: "shop-paris" },
});

export const environmentHeld = define("environment-held", {
  code: "held",
  message: ({ holder }: { holder: string }) => `another mono is working on this environment: ${holder}`,
  hint: "wait until it has finished, then try again",
  when: "Another mono is in the middle of an init, run, attach or destroy of this environment. `init`, `run` and `attach` wait a second for it. `mono destroy` waits by itself. A mono that is ended with Ctrl-C or `kill` undoes what it has begun.",
  example: { holder: "mono init (pid 4711, since 2026-11-25 14:32:05)" },
});

export const workspaceMoves = define("workspace-moves", {
  message: ({ path }: Path) => `${path} leads to another folder each time that mono looks`,
  hint: "stop changing its symbolic links, or name the folder itself",
  when: "Symbolic links on the way to the workspace were changed while `mono init` waited for the environment's lock, again and again.",
  example: { path: "~/code/current" },
});

export const namesTaken = define("names-taken", {
  message: ({ first, second, holder }: { first: string; second: string; holder: string }) =>
    `the names ${first} and ${second} are taken: ${holder}`,
  hint: "remove or rename what has them, or rename the workspace's folder",
  when: "Both names that mono would give the environment belong to something else: an environment, or a tmux session or Compose project that was made by hand or under another `MONO_HOME`. A volume `mono-claim-…` belongs to a `mono init` of another home; if that one is gone, remove the volume.",
  example: { first: "paris", second: "paris-1f0c2a", holder: "container mono-paris-1f0c2a-web-1" },
});

export const registrationRaced = define("registration-raced", {
  message: () => "other monos took every name and block of ports that this one tried",
  hint: "run mono init again when fewer of them start at once",
  when: "Hundreds of `mono init` on one engine or in one home met each other again and again.",
  example: {},
});

interface PortBlocks {
  readonly environments: number;
  /** Free ones in which something else listens. */
  readonly busy: number;
  readonly room: number;
}

export const noFreePorts = define("no-free-ports", {
  message({ environments, busy }: PortBlocks) {
    const others = busy === 0 ? "" : `, and ports of ${busy} more blocks are in use on this host`;
    return `no free block of ports: ${environments} environments exist${others}`;
  },
  hint: ({ room }) => `there is room for ${room}: see mono list, and mono destroy those that are not needed`,
  when: "Every hundred of ports between 19100 and 65535 belongs to an environment, or something listens in it.",
  example: { environments: 464, busy: 0, room: 464 },
});

export const notMissing = define("not-missing", {
  code: "usage",
  message: ({ name }: { name: string }) => `the folder of ${name} is there again`,
  hint: ({ name }) => `nothing was removed: mono destroy ${name} takes it away all the same`,
  when: "`mono destroy --missing` takes environments whose folders are gone, and this one's came back before its turn.",
  example: { name: "shop-paris" },
});

export const severalNotDestroyed = define("several-not-destroyed", {
  message: ({ all, failed }: { all: number; failed: number }) =>
    `${failed} of ${all} environments are still there`,
  hint: "do what the lines above say, then destroy those again",
  when: "`mono destroy` of several environments, or with `--missing`, could not take all of them away. The exit code is the highest that one of them alone would have had.",
  example: { failed: 2, all: 5 },
});

export const severalNotStopped = define("several-not-stopped", {
  message: ({ all, failed }: { all: number; failed: number }) =>
    `${failed} of ${all} environments were not stopped`,
  hint: "do what the lines above say, then stop those again",
  when: "`mono run --stop --all` could not put all environments to sleep. The exit code is the highest that one of them alone would have had.",
  example: { failed: 2, all: 5 },
});
