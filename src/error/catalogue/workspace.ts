/** Workspaces, and whether they have an environment. */
import { define } from "../define.ts";

interface Path {
  readonly path: string;
}

export const noSuchFolder = define("no-such-folder", {
  code: "usage",
  message: ({ path }: Path) => `no such folder: ${path}`,
  hint: "look at its spelling; a relative path counts from the current folder",
  when: "The workspace's folder is not there.",
  whatToDo:
    "Name a folder that exists. If the workspace was removed, `mono destroy` takes its environment away.",
  example: { path: "~/code/shop/pariss" },
});

export const notAFolder = define("not-a-folder", {
  code: "usage",
  message: ({ path }: Path) => `not a folder: ${path}`,
  hint: "name the workspace's folder, not a file in it",
  when: "The path of a workspace leads to a file.",
  whatToDo: "Name the folder.",
  example: { path: "~/code/shop/paris/mono.yml" },
});

export const unreadableFolder = define("unreadable-folder", {
  code: "usage",
  message: ({ path, reason }: Path & { reason: string }) => `cannot read the folder ${path}: ${reason}`,
  hint: "make sure that you may read and enter it, and every folder above it",
  when: "The workspace's folder is there, and the system does not let this user read or enter it.",
  whatToDo: "Change its permissions, or call mono as the user whose folder it is.",
  example: { path: "~/code/shop/paris", reason: "permission denied" },
});

export const noSuchEnvironment = define("no-such-environment", {
  code: "no-such-environment",
  message: ({ path }: Path & { meant: string | undefined }) => `no environment for ${path}`,
  hint({ meant }) {
    const all = "mono list shows those that exist; mono init makes one";
    return meant === undefined ? all : `did you mean ${meant}? ${all}`;
  },
  when: "The command needs an environment, and this workspace has none in this `MONO_HOME`.",
  whatToDo:
    "Look at the path, or make the environment with `mono init`. `mono destroy --if-exists` takes this for done.",
  example: { path: "~/code/shop/oslo", meant: undefined },
});

export const environmentExists = define("environment-exists", {
  code: "already-exists",
  message: ({ name, path }: Path & { name: string }) => `the environment ${name} of ${path} exists already`,
  hint: "mono run starts it again, mono destroy removes it",
  when: "`mono init` was called for a workspace whose environment is whole.",
  whatToDo: "Nothing, if you only want to work in it. To begin anew: `mono destroy`, then `mono init`.",
  example: { name: "shop-paris", path: "~/code/shop/paris" },
});

export const environmentNotReady = define("environment-not-ready", {
  message: ({ name }: { name: string }) => `${name} is not ready: an earlier init or destroy was interrupted`,
  hint: "mono init starts it afresh, mono destroy removes what is left",
  when: "`mono run` or `mono attach` met an environment that a killed mono has left half made, or half removed.",
  whatToDo: "Call `mono init`, which removes the rest and begins anew, or `mono destroy`.",
  example: { name: "shop-paris" },
});

export const nothingInterrupted = define("nothing-interrupted", {
  code: "already-exists",
  message: ({ name }: { name: string }) => `${name} is ready: nothing was interrupted`,
  hint: "to remove it all the same: mono destroy",
  when: "mono calls itself to clean up when a signal has interrupted it, and found that there is nothing to clean up. You see this only in the log.",
  whatToDo: "Nothing.",
  example: { name: "shop-paris" },
});

export const environmentHeld = define("environment-held", {
  code: "held",
  message: ({ holder }: { holder: string }) => `another mono works on this environment: ${holder}`,
  hint: "wait for its end, then try again",
  when: "Another mono is in the middle of an init, run, attach or destroy of this environment. `init` and `run` wait a second for it.",
  whatToDo:
    "Wait, or end the other one with Ctrl-C or `kill`: it then undoes what it has begun. `mono destroy` waits by itself.",
  example: { holder: "mono init (pid 4711, since 2026-11-25 14:32:05)" },
});

export const namesTaken = define("names-taken", {
  message: ({ first, second }: { first: string; second: string; resource: string }) =>
    `the names ${first} and ${second} are taken`,
  hint: ({ resource }) =>
    `end the tmux session or the Compose project called ${resource}: no environment owns it`,
  when: "Both names that mono would give the environment belong to something else: an environment, or a tmux session or Compose project that was made by hand or under another `MONO_HOME`.",
  whatToDo: "Remove or rename the session or project, or rename the workspace's folder.",
  example: { first: "paris", second: "paris-1f0c2a", resource: "mono-paris-1f0c2a" },
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
  whatToDo: "Destroy environments that nobody needs.",
  example: { environments: 464, busy: 0, room: 464 },
});
