import { closeSync, openSync, readSync, realpathSync } from "node:fs";
import { basename } from "node:path";
import type { Environ } from "../process/child.ts";

/** What docker is called; nothing else in mono names it. */
const program = "docker";
/** Docker's own, and OrbStack's. */
const programNames = new Set([program, "docker-tools"]);

/** The command that calls docker with these arguments. */
export function dockerCommand(...args: readonly string[]): [string, ...string[]] {
  return [program, ...args];
}

/** What the shell would call as `docker`; undefined when there is none. */
export function findDocker(env: Environ): string | undefined {
  return Bun.which(program, { PATH: env["PATH"] ?? "" }) ?? undefined;
}

/**
 * True if it is Docker's own program. A script of that name, or a link to a program of another name (Podman's, snap's),
 * may use any engine and any Compose. OrbStack's `docker` is Docker's, in one program with other tools, which looks at
 * the name that it is called by: call it by the link.
 */
export function isDockerItself(found: string): boolean {
  const file = realpathSync(found);
  return programNames.has(basename(file)) && !isScript(file);
}

function isScript(file: string): boolean {
  const descriptor = openSync(file, "r");
  try {
    const start = Buffer.alloc(2);
    readSync(descriptor, start);
    return start.toString("latin1") === "#!";
  } finally {
    closeSync(descriptor);
  }
}
