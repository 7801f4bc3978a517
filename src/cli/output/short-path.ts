/** The path for a person to read: the home folder as `~`, control characters visible. */
export function shortPath(path: string, homeFolder: string): string {
  const short =
    path === homeFolder || path.startsWith(`${homeFolder}/`) ? `~${path.slice(homeFolder.length)}` : path;
  return short.replace(/\p{Control}/gu, (character) => JSON.stringify(character).slice(1, -1));
}
