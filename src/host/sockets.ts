/** The lists of sockets that systems print. Pure. */

export interface Socket {
  readonly port: number;
  /** The port at the other end; 0 without one. */
  readonly remotePort: number;
  /** A UDP socket has no such state: each that is bound listens. */
  readonly state: "listening" | "connected" | "other";
  /** What names the socket in /proc/PID/fd; empty elsewhere. */
  readonly inode: string;
}

/** The states that /proc/net shows of a TCP socket. */
const procStates: ReadonlyMap<string, Socket["state"]> = new Map([
  ["0A", "listening"],
  ["01", "connected"],
]);

/** A file of /proc/net, of `tcp`, `tcp6`, `udp` or `udp6`. */
export function parseProcNet(protocol: string, text: string): readonly Socket[] {
  const portOf = (address = "") => Number.parseInt(/:([0-9A-F]{4})$/.exec(address)?.[1] ?? "", 16);
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local, remote, state, , , , , , inode = ""] = line.trim().split(/\s+/);
      const port = portOf(local);
      if (Number.isNaN(port)) return [];
      const known = protocol.startsWith("udp") ? "listening" : procStates.get(state ?? "");
      return [{ port, remotePort: portOf(remote), state: known ?? "other", inode }];
    });
}

const netstatStates: ReadonlyMap<string, Socket["state"]> = new Map([
  ["LISTEN", "listening"],
  ["ESTABLISHED", "connected"],
]);

/**
 * What `netstat -an` prints on a Mac: `tcp4 0 0 127.0.0.1.5432 *.* LISTEN`. The protocol may be tcp4, tcp6 or tcp46 (one
 * socket for both families). Long addresses are cut, their ports never. Newer systems add columns at the end.
 */
export function parseNetstat(text: string): readonly Socket[] {
  const portOf = (address = "") => Number(/\.(\d+)$/.exec(address)?.[1]);
  return text.split("\n").flatMap((line) => {
    const [protocol = "", , , local, remote, state] = line.trim().split(/\s+/);
    const port = portOf(local);
    if (Number.isNaN(port) || !/^(?:tcp|udp)\d*$/.test(protocol)) return [];
    const known = protocol.startsWith("udp") ? "listening" : netstatStates.get(state ?? "");
    return [{ port, remotePort: portOf(remote) || 0, state: known ?? "other", inode: "" }];
  });
}
