/**
 * The real path of a folder, its links resolved, by going there and coming back. `node:fs` has a call for it, but
 * loading that takes a fifth of the start-up time. Throws when it is no folder, or this user may not enter it.
 */
export function realFolder(path: string): string {
  const before = process.cwd();
  process.chdir(path);
  const real = process.cwd();
  process.chdir(before);
  return real;
}
