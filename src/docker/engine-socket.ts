/**
 * Questions to the engine over its own socket, in the engine's own JSON. The docker program takes several times as long
 * for each, since it starts first: `list` and the waits of `init` would be made of that.
 *
 * Only where it is exact: a Unix socket, found as docker finds it. For everything else (ssh, TLS, a socket that refuses,
 * a `docker` that is another program) there is no answer here, and docker is asked instead, which also has the words for
 * what is wrong.
 */
import { noAnswer } from "../error/catalogue/processes.ts";
import { beginSpan } from "../process/timings.ts";
import type { DockerCall } from "./ask.ts";
import { findDocker, isDockerItself } from "./docker-program.ts";
import { engineAddressOf } from "./engine.ts";

/** What the engine answers to a GET; undefined when docker has to be asked instead. Throws when it hangs. */
export async function askEngine(call: DockerCall, path: string, deadlineMs: number): Promise<unknown> {
  const docker = findDocker(call.env);
  if (docker === undefined || !isDockerItself(docker)) return undefined;
  const socket = /^unix:\/\/(\/.*)$/.exec(engineAddressOf(call.env) ?? "")?.[1];
  if (socket === undefined) return undefined;
  const endSpan = beginSpan(`GET ${path}`);
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    // A connection for each: one that is kept is answered for as long as the engine takes to shut down.
    const response = await fetch(`http://docker${path}`, { unix: socket, signal, keepalive: false });
    return response.ok ? await response.json() : undefined;
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      throw noAnswer({ command: "the Docker engine", seconds: deadlineMs / 1000 }, { cause: error });
    }
    return undefined;
  } finally {
    endSpan();
  }
}
