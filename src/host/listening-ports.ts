/** Which ports of this host something listens on: a published port there would fail. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isSystemError } from "../error/mono-error.ts";
import { capture, type Environ } from "../process/child.ts";

interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** The state that /proc/net shows of a listening TCP socket. */
const tcpListening = "0A";

/** True if something listens on a port of the range. */
export type PortProbe = (range: PortRange) => Promise<boolean>;

/**
 * Looks at the listening ports, tcp and udp, on any address: also a listener on 127.0.0.1 alone stands in the way of
 * a published port. On Linux one look serves for all ranges: it costs the kernel 10 ms, and of sixty-four inits at
 * once the last one asks about sixty-four. Other threads wait for it meanwhile.
 */
export async function probePorts(): Promise<PortProbe> {
  if (!existsSync("/proc/net/tcp")) return isAnyRefused;
  const all = await socketLists(["tcp", "tcp6", "udp", "udp6"]);
  const sockets = all.filter(({ isListening }) => isListening);
  return async (range) => sockets.some(({ port }) => isIn(port, range));
}

export async function isAnyPortInUse(range: PortRange): Promise<boolean> {
  return await (
    await probePorts()
  )(range);
}

function isIn(port: number, { first, last }: PortRange): boolean {
  return port >= first && port <= last;
}

/** The program that listens on a TCP port, as `name, pid 123`; undefined when this user may not see it. */
export async function findListener(port: number, env: Environ): Promise<string | undefined> {
  const lsof = await capture({
    argv: [
      "sh",
      "-c",
      'command -v lsof >/dev/null && lsof -nP -iTCP:"$1" -sTCP:LISTEN -Fpc',
      "lsof",
      String(port),
    ],
    cwd: "/",
    env,
    deadlineMs: 10_000,
  });
  const [, pid, name] = /^p(\d+)\nc(.*)$/m.exec(lsof.stdout) ?? [];
  return pid === undefined || name === undefined ? await listenerByProc(port) : `${name}, pid ${pid}`;
}

/** Linux without lsof: the process that holds the socket which /proc/net/tcp lists. */
async function listenerByProc(port: number): Promise<string | undefined> {
  const inodes = new Set(
    (await socketLists(["tcp", "tcp6"])).flatMap((socket) =>
      socket.port === port && socket.isListening ? [socket.inode] : [],
    ),
  );
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    if (descriptorsOf(pid).some((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? ""))) {
      return `${readFileSync(`/proc/${pid}/comm`, "utf8").trim()}, pid ${pid}`;
    }
  }
  return undefined;
}

/** What a process has open; nothing if it has ended or belongs to another user. */
function descriptorsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((number) => readlinkSync(`/proc/${pid}/fd/${number}`));
  } catch (error) {
    if (["ENOENT", "EACCES", "ESRCH"].some((code) => isSystemError(error, code))) return [];
    throw error;
  }
}

interface Socket {
  readonly port: number;
  /** A UDP socket has no such state: each that is bound counts. */
  readonly isListening: boolean;
  readonly inode: string;
}

/** Linux lists every socket of the host. */
async function socketLists(protocols: readonly string[]): Promise<readonly Socket[]> {
  const texts = await Promise.all(protocols.map((protocol) => readSockets(protocol)));
  return texts.flatMap((text, index) => parseSockets(protocols[index] ?? "", text));
}

/** IPv6 may be off: then its lists are not there. */
async function readSockets(protocol: string): Promise<string> {
  try {
    return await readFile(`/proc/net/${protocol}`, "latin1");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "";
    throw error;
  }
}

function parseSockets(protocol: string, text: string): readonly Socket[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [, port] = /:([0-9A-F]{4})$/.exec(fields[1] ?? "") ?? [];
      if (port === undefined) return [];
      const isListening = protocol.startsWith("udp") || fields[3] === tcpListening;
      return [{ port: Number.parseInt(port, 16), isListening, inode: fields[9] ?? "" }];
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
