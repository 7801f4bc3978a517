import { readlinkSync } from "node:fs";
import { hasProc } from "../has-proc.ts";
import { ifOurs, processIdsInProc } from "./proc.ts";

/** The kernel's mark after the name of a folder that is gone. */
const goneMark = " (deleted)";

/** The processes of this user that have a current folder in one of these. Nobody where there is no /proc. */
export function findProcessFolders(folders: readonly string[]): ReadonlySet<number> {
  if (!hasProc) return new Set();
  const isInside = (path: string) =>
    folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  const inside = processIdsInProc().filter((pid) => {
    const link = ifOurs(() => readlinkSync(`/proc/${pid}/cwd`));
    return link !== undefined && isInside(link.endsWith(goneMark) ? link.slice(0, -goneMark.length) : link);
  });
  return new Set(inside);
}
