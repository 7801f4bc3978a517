/**
 * Questions to the engine over its own socket, in the engine's own JSON. The docker program takes several times as long
 * for each, since it starts first: `list` and the waits of `init` would be made of that.
 *
 * Only where it is exact: a Unix socket, found as docker finds it. For everything else (ssh, TLS, a socket that refuses,
 * a `docker` that is another program) there is no answer here, and docker is asked instead, which also has the words for
 * what is wrong.
 */
import { noAnswer } from "../error/catalogue/processes.ts";
import { asInterruptedError } from "../process/interruption.ts";
import { beginSpan } from "../process/timings.ts";
import type { DockerCall } from "./ask.ts";
import { findDocker, isDockerItself } from "./docker-program.ts";
import { findEngineAddress } from "./engine.ts";

/** What the engine answers to a GET; undefined when docker has to be asked instead. Throws when it hangs. */
export async function askEngine(call: DockerCall, path: string, deadlineMs: number): Promise<unknown> {
  const answer = await callEngine(call, { method: "GET", path }, deadlineMs);
  return answer?.isOk === true ? answer.body : undefined;
}

interface EngineRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

interface EngineAnswer {
  readonly isOk: boolean;
  readonly body: unknown;
}

/** Sends a request to the engine; undefined when docker has to be called instead. Throws when it hangs. */
export async function callEngine(
  call: DockerCall,
  { body, method, path }: EngineRequest,
  deadlineMs: number,
): Promise<EngineAnswer | undefined> {
  const docker = findDocker(call.env);
  if (docker === undefined || !isDockerItself(docker)) return undefined;
  const socket = /^unix:\/\/(\/.*)$/.exec(findEngineAddress(call.env) ?? "")?.[1];
  if (socket === undefined) return undefined;
  const endSpan = beginSpan(`${method} ${path}`);
  try {
    const timeout = AbortSignal.timeout(deadlineMs);
    const first = call.interruption?.first;
    const signal = first === undefined ? timeout : AbortSignal.any([timeout, first]);
    // A connection for each: one that is kept is answered for as long as the engine takes to shut down.
    const response = await fetch(`http://docker${path}`, {
      unix: socket,
      method,
      signal,
      keepalive: false,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json" },
      }),
    });
    const text = await response.text();
    return { isOk: response.ok, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
  } catch (error) {
    if (call.interruption?.first.aborted === true) throw asInterruptedError(call.interruption.first.reason);
    if (error instanceof DOMException && error.name === "TimeoutError") {
      throw noAnswer({ command: "the Docker engine", seconds: deadlineMs / 1000 }, { cause: error });
    }
    return undefined;
  } finally {
    endSpan();
  }
}
