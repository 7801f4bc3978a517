/**
 * An environment's mark: a random identity that nobody else has. The row holds it, and everything that mono makes for the
 * environment carries it. Names find candidates; the mark decides which of them are the environment's.
 */
import { sha256 } from "./digest.ts";

/** The prefix of the mark of an environment that an earlier version made; its things may lack the mark. */
const unmarked = "old-";

export function createMark(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toHex();
}

/** The mark of a row from a version that had none. The same at each call: reading must not write. */
export function markOfOldRow(database: string, { id, path }: { id: number; path: string }): string {
  return `${unmarked}${sha256(`${database}\0${id}\0${path}`).slice(0, 32)}`;
}

/** True if things without any mark may be the environment's. */
export function isOldMark(mark: string): boolean {
  return mark.startsWith(unmarked);
}

/** What a container's label says of its owner; an earlier version wrote none. */
export function isContainerOwner(found: string, mark: string): boolean {
  return found === mark || (isOldMark(mark) && found === "");
}

/** What a session says of its owner: the mark; an earlier version named the home alone. */
export function isSessionOwner(found: string | undefined, mark: string, home: string): boolean {
  return found === mark || (isOldMark(mark) && found === home);
}
