/**
 * Where containers run in a virtual machine, a published port reaches this host some time after its container runs:
 * Colima and Lima look for new ones every few seconds. On Linux the engine itself listens before the container starts.
 */
import type { ComposeModel } from "../compose/model.ts";
import { publishedPortsOf } from "../compose/private-ports.ts";
import { findEngineAddress } from "../docker/engine.ts";
import type { PublishedPort } from "../environment/variables.ts";
import { isAccepting } from "../host/accepting-port.ts";
import type { Environ } from "../process/child.ts";
import { hasProc } from "../process/has-proc.ts";
import { throwIfInterrupted } from "../process/interruption.ts";
import { poll } from "../process/poll.ts";
import type { Owner } from "./owner.ts";

/** Milliseconds that the forwarding may take. */
const deadlineMs = 5000;
const lookEveryMs = 50;

/** True where ports are forwarded to this host by something other than the engine. */
export function areForwardedLate(env: Environ): boolean {
  return !hasProc && findEngineAddress(env)?.startsWith("unix:") === true;
}

/**
 * Waits until the published TCP ports of these services accept connections. Only warns of those that do not in
 * time: a service may be slow, or listen only when it is told to.
 */
export async function waitUntilForwarded(
  { interruption, narrator }: Pick<Owner, "interruption" | "narrator">,
  model: ComposeModel,
  services: ReadonlySet<string>,
  withinMs = deadlineMs,
): Promise<void> {
  const ports = publishedPortsOf(model).filter(
    ({ protocol, service }) => protocol === "tcp" && services.has(service),
  );
  let closed: readonly PublishedPort[] = ports;
  const look = async () => {
    closed = await closedAmong(closed);
    if (closed.length === 0) return true;
    narrator.progress(`not reachable yet: ${listOf(closed)}`);
    return undefined;
  };
  const areOpen = await poll(look, {
    everyMs: lookEveryMs,
    deadlineMs: withinMs,
    stop: interruption.first,
  });
  throwIfInterrupted(interruption);
  if (areOpen === true) return;
  narrator.warn(
    `not reachable after ${withinMs / 1000} s: ${listOf(closed)}: nothing accepts connections there yet; a script that needs it has to try again`,
  );
}

async function closedAmong(ports: readonly PublishedPort[]): Promise<readonly PublishedPort[]> {
  const accepting = await Promise.all(ports.map((port) => isAccepting(addressOf(port), port.hostPort)));
  return ports.filter((_port, index) => accepting[index] === false);
}

/** The address at which this host reaches a port: loopback, if it is published on all addresses. */
function addressOf({ hostIp }: PublishedPort): string {
  if (hostIp === undefined || hostIp === "" || hostIp === "0.0.0.0") return "127.0.0.1";
  return hostIp === "::" ? "::1" : hostIp;
}

function listOf(ports: readonly PublishedPort[]): string {
  return ports.map(({ hostPort, service }) => `port ${hostPort} (${service})`).join(", ");
}
