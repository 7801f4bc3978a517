import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isSystemError } from "../error/mono-error.ts";
import { unlessMissing } from "../error/unless-missing.ts";

/**
 * A path with all links in it resolved, also of what is not there yet: it would be made where its folders, or a link that
 * leads to nothing, say. What cannot be looked at stays as it is.
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
  return isLink ? realPathOf(resolve(parent, readlinkSync(path))) : join(realPathOf(parent), basename(path));
}
