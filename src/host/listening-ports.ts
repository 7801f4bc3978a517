/** Which ports of this host something listens on, or is connected to. */
import { readFile } from "node:fs/promises";
import { portsNotListed } from "../error/catalogue/processes.ts";
import { isSystemError } from "../error/mono-error.ts";
import { capture, type Environ } from "../process/child.ts";
import { hasProc } from "../process/has-proc.ts";
import { findSocketHolder } from "../process/running/proc.ts";
import { parseNetstat, parseProcNet, type Socket } from "./sockets.ts";

interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** True if something listens on a port of the range. */
export type PortProbe = (range: PortRange) => Promise<boolean>;

/**
 * Looks at the listening ports, tcp and udp, on any address: also a listener on 127.0.0.1 alone stands in the way of
 * a published port. One look serves for all ranges: on Linux it costs the kernel 10 ms, elsewhere a program, and of
 * sixty-four inits at once the last one asks about sixty-four ranges. Nothing is opened: on a Mac that may raise the
 * firewall's dialog.
 */
export async function probePorts(env: Environ): Promise<PortProbe> {
  const listening = (await listSockets(env)).filter(({ state }) => state === "listening");
  return async ({ first, last }) => listening.some(({ port }) => port >= first && port <= last);
}

/** True if something of this host is connected to one of these ports, here or on another machine. */
export async function isConnectedTo(ports: ReadonlySet<number>, env: Environ): Promise<boolean> {
  const connected = (await listSockets(env)).filter(({ state }) => state === "connected");
  return connected.some(({ port, remotePort }) => ports.has(port) || ports.has(remotePort));
}

async function listSockets(env: Environ): Promise<readonly Socket[]> {
  return hasProc ? await readProcNet(["tcp", "tcp6", "udp", "udp6"]) : await askNetstat(env);
}

export async function isAnyPortInUse(range: PortRange, env: Environ): Promise<boolean> {
  const isInUse = await probePorts(env);
  return await isInUse(range);
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
    env: withSystemPath(env),
    deadlineMs: 10_000,
  });
  const [, pid, name] = /^p(\d+)\nc(.*)$/m.exec(lsof.stdout) ?? [];
  if (pid !== undefined && name !== undefined) return `${name}, pid ${pid}`;
  if (!hasProc) return undefined;
  const sockets = (await readProcNet(["tcp", "tcp6"])).filter(
    (socket) => socket.port === port && socket.state === "listening",
  );
  const holder = findSocketHolder(new Set(sockets.map(({ inode }) => inode)));
  return holder && `${holder.command}, pid ${holder.pid}`;
}

/** `netstat` and `lsof` of a Mac stand in a folder that a short PATH leaves out. */
function withSystemPath(env: Environ): Environ {
  return { ...env, LC_ALL: "C", PATH: `${env["PATH"] ?? ""}:/usr/sbin:/sbin` };
}

async function askNetstat(env: Environ): Promise<readonly Socket[]> {
  const argv = ["netstat", "-an"] as const;
  const question = { argv, cwd: "/", env: withSystemPath(env), deadlineMs: 10_000 };
  const { exitCode, stdout, stderr } = await capture(question);
  if (exitCode !== 0) throw portsNotListed({ exitCode }, { details: [stderr.trim()] });
  return parseNetstat(stdout);
}

/** Linux lists every socket of the host. */
async function readProcNet(protocols: readonly string[]): Promise<readonly Socket[]> {
  const texts = await Promise.all(protocols.map((protocol) => readSockets(protocol)));
  return texts.flatMap((text, index) => parseProcNet(protocols[index] ?? "", text));
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
