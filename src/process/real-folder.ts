/**
 * The real path of a folder, its links resolved, by going there and coming back. `node:fs` has a call for it, and takes
 * a fifth of a start to load. Throws when it is no folder, or not for this user.
 */
export function realFolder(path: string): string {
  const before = process.cwd();
  process.chdir(path);
  const real = process.cwd();
  process.chdir(before);
  return real;
}
