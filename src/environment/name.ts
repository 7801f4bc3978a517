import { basename, dirname } from "node:path";
import { sha256 } from "./digest.ts";

/** The longest name: with `mono-`, a service and a number it still is a valid host name of 63 characters mostly. */
const longestName = 40;
const digestCharacters = 6;

/**
 * The name for a workspace: `workspaces/<project>/<workspace>` gives `<project>-<workspace>`, any other path its
 * last part. Made of `[a-z0-9_-]`, starting with a letter or digit: valid for Compose, tmux and the file system.
 */
export function deriveName(path: string): string {
  const workspace = basename(path);
  const project = dirname(path);
  const isInWorkspaces = basename(dirname(project)) === "workspaces";
  const name = isInWorkspaces ? `${slug(basename(project))}-${slug(workspace)}` : slug(workspace);
  return shorten(slug(name), longestName) || "workspace";
}

/** The name to take when the derived one is taken: the same for the same home and path, and no other. */
export function deriveFallbackName(path: string, home: string): string {
  const digest = sha256(`${home}\0${path}`).slice(0, digestCharacters);
  return `${shorten(deriveName(path), longestName - digestCharacters - 1)}-${digest}`;
}

function slug(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^[-_]+|-+$/g, "");
}

function shorten(text: string, length: number): string {
  return text.slice(0, length).replace(/-+$/, "");
}
