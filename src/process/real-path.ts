import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isSystemError } from "../error/mono-error.ts";
import { unlessMissing } from "../error/unless-missing.ts";

/**
 * A path with all links in it resolved, even when nothing is there yet: then it is the path at which a file would be
 * made, through its folders' links or through a dangling link. A path that cannot be looked at is returned as it is.
 */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) return path;
  }
  const parent = dirname(path);
  if (parent === path) return path;
  const isLink = unlessMissing(() => lstatSync(path))?.isSymbolicLink() === true;
  const realParent = realPathOf(parent);
  // What a link says counts from the folder that holds it.
  return isLink ? realPathOf(resolve(realParent, readlinkSync(path))) : join(realParent, basename(path));
}
