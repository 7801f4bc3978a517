import { inspectContainers } from "./inspect-containers.ts";
import { inspectSessions } from "./inspect-sessions.ts";
import type { Resource } from "./resource.ts";

/**
 * All that an environment owns, in the order of its making. It is removed in the reverse order. What takes long to load
 * is loaded when it is called: `list` only inspects.
 */
export const resources: readonly Resource[] = [
  {
    name: "data directory",
    removing: "removing the data directory",
    ensure: async (owner) => (await import("./data-folder.ts")).ensureDataFolder(owner),
    async remove(owner) {
      await (await import("./own-processes.ts")).nameOthersInside(owner);
      await (await import("./data-folder.ts")).removeDataFolder(owner);
    },
  },
  {
    name: "containers",
    removing: "removing the containers",
    async ensure(owner, project) {
      if (project === undefined) return;
      await (await import("./containers.ts")).ensureContainers(owner, project);
    },
    async remove(owner, force) {
      // In one of their images, which go with them.
      await (await import("./foreign-files.ts")).removeForeignFiles(owner);
      await (await import("./containers.ts")).removeContainers(owner, force);
    },
    inspect: inspectContainers,
  },
  {
    name: "session",
    removing: "ending the tmux session",
    ensure: async (owner) => await (await import("./session.ts")).ensureSession(owner),
    remove: async (owner) => await (await import("./session.ts")).removeSession(owner),
    last: {
      isCalledInside: async (owner) => await (await import("./session.ts")).isCalledInSession(owner),
      removeRest: async (owner) => await (await import("./session.ts")).endOutsideSession(owner),
    },
    inspect: inspectSessions,
  },
  {
    name: "processes of the scripts",
    removing: "ending what still runs of the scripts",
    async remove(owner) {
      await (await import("./run/end.ts")).endLastRun(owner);
      await (await import("./background.ts")).endBackground(owner);
    },
  },
];
