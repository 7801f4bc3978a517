/** A bad input: the files of a workspace, and what mono may say to them. Made from a seed, so that it comes again. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a name in the workspace is: a file with this content, or something that is hardly one. */
export type Entry =
  | string
  | Uint8Array
  | { readonly is: "folder" }
  | { readonly is: "fifo" }
  | { readonly is: "link"; readonly to: string };

export type Files = Readonly<Record<string, Entry>>;

export interface Input {
  /** The row of the table that it counts for. */
  readonly kind: string;
  readonly files: Files;
  /**
   * Files of an environment that exists already: mono init is called with them, and `files` come afterwards. Without
   * them, mono init is called with `files`.
   */
  readonly before?: Files;
  /** The exit codes that its first call may have. */
  readonly allowed: readonly number[];
}

/** Puts the files into the workspace; one that is there is replaced. */
export function placeFiles(workspace: string, files: Files): void {
  mkdirSync(workspace, { recursive: true });
  for (const [name, entry] of Object.entries(files)) {
    const file = join(workspace, name);
    rmSync(file, { recursive: true, force: true });
    mkdirSync(dirname(file), { recursive: true });
    placeEntry(file, entry);
  }
}

function placeEntry(file: string, entry: Entry): void {
  if (typeof entry === "string" || entry instanceof Uint8Array) {
    writeFileSync(file, entry);
    return;
  }
  switch (entry.is) {
    case "folder":
      mkdirSync(file);
      return;
    case "fifo":
      Bun.spawnSync(["mkfifo", file]);
      return;
    case "link":
      symlinkSync(entry.to, file);
  }
}
