/** A user whom file modes stop: root is not one, and tests are often run by root. */
import { chownSync, copyFileSync, linkSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type CallOptions, executable, type Result, type World } from "./world.ts";

/** `nobody`, on every system that has setpriv. */
const nobody = 65_534;

export interface Unprivileged {
  /** Calls the built executable as that user. */
  readonly mono: World["mono"];
  /** Calls any program as that user. */
  readonly call: World["call"];
}

interface UnprivilegedOptions {
  /** The group of the engine's socket, which lets the user call docker. */
  readonly group?: number;
}

/** Gives the world to an unprivileged user: all that is in its folder by now. The user itself, unless that is root. */
export function unprivileged(world: World, { group = nobody }: UnprivilegedOptions = {}): Unprivileged {
  if (process.getuid?.() !== 0) return world;
  giveAway(world.folder);
  const reachable = reachableExecutable(world);
  const become = ["setpriv", `--reuid=${nobody}`, `--regid=${group}`, "--clear-groups"];
  const call = (argv: readonly string[], options: CallOptions = {}): Promise<Result> =>
    // Not root's configuration of docker, which that user may not read.
    world.call([...become, ...argv], {
      ...options,
      env: { DOCKER_CONFIG: join(world.folder, "docker"), ...options.env },
    });
  return { call, mono: (args, options) => call([reachable, ...args], options) };
}

function giveAway(folder: string): void {
  chownSync(folder, nobody, nobody);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), nobody, nobody);
}

/** The repository may be in a folder that only root may enter. Linked after the world was given away: it stays root's. */
function reachableExecutable(world: World): string {
  const file = join(world.folder, "mono");
  try {
    linkSync(executable, file);
  } catch {
    copyFileSync(executable, file);
  }
  return file;
}
