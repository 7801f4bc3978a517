import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Everything that writing would change in a folder: names, modes, sizes, bytes, and times to the nanosecond. */
export function snapshot(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return [folder, ...names.map((name) => join(folder, name))].toSorted().map((path) => {
    const { mode, size, mtimeNs, ctimeNs, ino } = lstatSync(path, { bigint: true });
    const bytes = (mode & 0o170000n) === 0o100000n ? Bun.hash(readFileSync(path)) : "";
    return [relative(folder, path), mode.toString(8), size, mtimeNs, ctimeNs, ino, bytes].join(" ");
  });
}
