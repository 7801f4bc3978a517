/** The lists of sockets that systems print, read for what listens. Pure. */

/** A TCP socket that listens, or a UDP socket, which has no such state: each that is bound counts. */
export interface ListeningSocket {
  readonly port: number;
  /** What names the socket in /proc/PID/fd; empty elsewhere. */
  readonly inode: string;
}

/** The state that /proc/net shows of a listening TCP socket. */
const tcpListening = "0A";

/** A file of /proc/net, of `tcp`, `tcp6`, `udp` or `udp6`. */
export function parseProcNet(protocol: string, text: string): readonly ListeningSocket[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [, port] = /:([0-9A-F]{4})$/.exec(fields[1] ?? "") ?? [];
      const isListening = protocol.startsWith("udp") || fields[3] === tcpListening;
      if (port === undefined || !isListening) return [];
      return [{ port: Number.parseInt(port, 16), inode: fields[9] ?? "" }];
    });
}

/**
 * What `netstat -an` prints on a Mac: `tcp4 0 0 127.0.0.1.5432 *.* LISTEN`. The protocol may be tcp4, tcp6 or tcp46 (one
 * socket for both families). Long addresses are cut, their ports never. Newer systems add columns at the end.
 */
export function parseNetstat(text: string): readonly ListeningSocket[] {
  return text.split("\n").flatMap((line) => {
    const [protocol = "", , , local = "", , state] = line.trim().split(/\s+/);
    const [, port] = /\.(\d+)$/.exec(local) ?? [];
    const isListening = /^udp\d*$/.test(protocol) || (/^tcp\d*$/.test(protocol) && state === "LISTEN");
    return port !== undefined && isListening ? [{ port: Number(port), inode: "" }] : [];
  });
}
