import { closeSync, openSync, readSync, realpathSync } from "node:fs";
import { basename } from "node:path";
import type { Environ } from "../process/child.ts";

/** What the shell would call as `docker`; undefined when there is none. */
export function findDocker(env: Environ): string | undefined {
  return Bun.which("docker", { PATH: env["PATH"] ?? "" }) ?? undefined;
}

/**
 * True if it is Docker's own program. A script of that name, or a link to a program of another name (Podman's, snap's),
 * may go to any engine and any Compose: behind its back, nobody can know which.
 */
export function isDockerItself(program: string): boolean {
  const file = realpathSync(program);
  return basename(file) === "docker" && !isScript(file);
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
