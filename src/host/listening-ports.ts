/** Which ports of this host something listens on: a published port there would fail. */
import { existsSync, readFileSync } from "node:fs";

interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** The state that /proc/net shows of a listening TCP socket. UDP sockets have no such state: each counts. */
const tcpListening = "0A";

/**
 * True if something listens on a port of the range, tcp or udp, on any address: also a listener on 127.0.0.1 alone
 * stands in the way of a published port.
 */
export async function isAnyPortInUse(range: PortRange): Promise<boolean> {
  if (existsSync("/proc/net/tcp")) return listedPorts().some((port) => isIn(port, range));
  return await isAnyRefused(range);
}

function isIn(port: number, { first, last }: PortRange): boolean {
  return port >= first && port <= last;
}

/** Linux lists every socket of the host; IPv6 may be off, then its lists are not there. */
function listedPorts(): number[] {
  return ["tcp", "tcp6", "udp", "udp6"].flatMap((protocol) => {
    const file = `/proc/net/${protocol}`;
    if (!existsSync(file)) return [];
    return readFileSync(file, "latin1")
      .split("\n")
      .slice(1)
      .flatMap((line) => {
        const [, port = "", state] = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ ([0-9A-F]{2})/.exec(line) ?? [];
        const counts = protocol.startsWith("udp") || state === tcpListening;
        return port !== "" && counts ? [Number.parseInt(port, 16)] : [];
      });
  });
}

/** Elsewhere: tries to listen. On macOS a wildcard address does not meet a listener on one address, so try each. */
async function isAnyRefused({ first, last }: PortRange): Promise<boolean> {
  for (let port = first; port <= last; port++) {
    for (const hostname of ["0.0.0.0", "::", "127.0.0.1", "::1"]) {
      if (isTcpRefused(hostname, port) || (await isUdpRefused(hostname, port))) return true;
    }
  }
  return false;
}

function isTcpRefused(hostname: string, port: number): boolean {
  try {
    Bun.listen({ hostname, port, exclusive: true, socket: { data() {} } }).stop(true);
    return false;
  } catch (error) {
    return isInUse(error);
  }
}

async function isUdpRefused(hostname: string, port: number): Promise<boolean> {
  try {
    (await Bun.udpSocket({ hostname, port })).close();
    return false;
  } catch (error) {
    return isInUse(error);
  }
}

/** Any other refusal (no IPv6 on this host) says nothing about the port. */
function isInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
