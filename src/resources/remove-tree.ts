/**
 * Removes a folder with all that is in it, and nothing else.
 *
 * Follows no link and crosses no mount: what is mounted below the folder belongs to somebody else, and stays. Read-only
 * folders of the user's own are made writable: package manager caches have some. Continues where something cannot be
 * removed, and returns what is left. Between batches the event loop runs, so that a signal is heard at once; what is
 * kept in memory are the names of the folders on the way down.
 */
import { chmodSync, lstatSync, readdirSync, readFileSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "../error/mono-error.ts";
import { reach } from "../process/effects.ts";

/** What could not be removed. */
export interface Left {
  readonly path: string;
  /** `mount`: something is mounted there. `guarded`: not even its owner may remove it. `refused`: anything else. */
  readonly why: "mount" | "guarded" | "refused";
  readonly error: unknown;
}

interface Walk {
  readonly root: string;
  readonly device: number;
  readonly mounts: ReadonlySet<string>;
  readonly left: Left[];
  readonly pause: () => Promise<void>;
}

/** A folder on the way down. */
interface Frame {
  readonly path: string;
  readonly names: string[];
  readonly isLeft: { value: boolean };
}

/** Milliseconds between two moments at which signals are heard. */
const pauseEveryMs = 50;
/** The system refuses paths of 4096 bytes (1024 on macOS): a folder that is deeper is moved up first. */
const longestPath = 700;
/** How much of what is left is remembered. */
const mostLeft = 1000;

/** Throws what `throwIfStopped` throws. A folder that is not there is removed. */
export async function removeTree(root: string, throwIfStopped: () => void): Promise<readonly Left[]> {
  const stats = lstatOf(root);
  if (stats === undefined) return [];
  const left: Left[] = [];
  const walk: Walk = {
    root,
    device: stats.dev,
    mounts: mountPoints(),
    left,
    pause: createPause(throwIfStopped),
  };
  reach("before removing a folder");
  if (stats.isDirectory()) await removeFolder(walk);
  // A link that the person has put there: what it leads to is theirs.
  else removeEntry(walk, root, unlinkSync);
  reach("after removing a folder");
  return left;
}

function createPause(throwIfStopped: () => void): () => Promise<void> {
  let next = performance.now() + pauseEveryMs;
  return async () => {
    if (performance.now() < next) return;
    await Bun.sleep(0);
    throwIfStopped();
    next = performance.now() + pauseEveryMs;
  };
}

async function removeFolder(walk: Walk): Promise<void> {
  const first = enter(walk, walk.root);
  const frames = first === undefined ? [] : [first];
  let moved = 0;
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    await walk.pause();
    const name = frame.names.pop();
    if (name === undefined) {
      frames.pop();
      if (!frame.isLeft.value && !removeEntry(walk, frame.path, rmdirSync)) frame.isLeft.value = true;
      const parent = frames.at(-1);
      if (parent !== undefined && frame.isLeft.value) parent.isLeft.value = true;
      continue;
    }
    const path = join(frame.path, name);
    if (lstatOf(path)?.isDirectory() !== true) {
      if (!removeEntry(walk, path, unlinkSync)) frame.isLeft.value = true;
      continue;
    }
    const near = path.length > longestPath ? moveUp(walk, path, moved++) : path;
    const next = enter(walk, near);
    if (next === undefined) frame.isLeft.value = true;
    else frames.push(next);
  }
}

/** Moves the folder to just below the root, where paths are short again. Returns its path, unchanged if that fails. */
function moveUp({ root }: Walk, path: string, count: number): string {
  const near = join(root, `.mono-removes-${count}`);
  try {
    renameSync(path, near);
    return near;
  } catch {
    return path;
  }
}

/** Undefined when the folder has to stay as it is. */
function enter(walk: Walk, path: string): Frame | undefined {
  const keep = (why: Left["why"], error: unknown) => {
    leave(walk, { path, why, error });
    return undefined;
  };
  const stats = lstatOf(path);
  // On macOS the device tells; on Linux a bind mount may have the same one, and the list of mounts tells.
  if (walk.mounts.has(path) || stats?.dev !== walk.device)
    return keep("mount", new Error("something is mounted there"));
  try {
    return { path, names: readdirSync(path), isLeft: { value: false } };
  } catch (error) {
    if (!isSystemError(error, "EACCES")) return keep("refused", error);
  }
  try {
    chmodSync(path, 0o700);
    return { path, names: readdirSync(path), isLeft: { value: false } };
  } catch (error) {
    return keep("refused", error);
  }
}

/** False when it stays. */
function removeEntry(walk: Walk, path: string, remove: (path: string) => void): boolean {
  let error = failureOf(() => remove(path));
  // A folder in the tree may be read-only, which is the user's own to change.
  const isInside = path !== walk.root;
  if (
    isInside &&
    isSystemError(error, "EACCES") &&
    failureOf(() => chmodSync(join(path, ".."), 0o700)) === undefined
  )
    error = failureOf(() => remove(path));
  if (error === undefined || isSystemError(error, "ENOENT")) return true;
  const why = walk.mounts.has(path) || isSystemError(error, "EBUSY") ? "mount" : isGuarded(error);
  leave(walk, { path, why, error });
  return false;
}

function failureOf(act: () => void): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What a file system flag protects gives this error, even to root. */
function isGuarded(error: unknown): Left["why"] {
  return isSystemError(error, "EPERM") ? "guarded" : "refused";
}

function leave({ left }: Walk, entry: Left): void {
  if (left.length < mostLeft) left.push(entry);
}

function lstatOf(path: string) {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

/** The mount points, as Linux lists them; empty on other systems. */
function mountPoints(): ReadonlySet<string> {
  try {
    return new Set(parseMountPoints(readFileSync("/proc/self/mountinfo", "utf8")));
  } catch {
    return new Set();
  }
}

/** The fifth field of each line; spaces, tabs, line feeds and backslashes stand there as octal numbers. */
export function parseMountPoints(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const point = line.split(" ")[4];
    return point === undefined ? [] : [point.replace(/\\([0-7]{3})/g, unescapeOctal)];
  });
}

function unescapeOctal(_: string, octal: string): string {
  return String.fromCharCode(Number.parseInt(octal, 8));
}
