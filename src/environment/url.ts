/** The address at which a published port is reached by a browser. */

/** What of a published port decides its address. */
export interface ReachablePort {
  readonly protocol: string;
  readonly containerPort: number;
  readonly hostPort: number;
  readonly hostIp: string | undefined;
  /** What the compose file says that it speaks: `http`, `https`, `postgres`. */
  readonly appProtocol?: string | undefined;
}

/** Container ports that are known for something else than HTTP. Any other one is taken for HTTP. */
const notHttp: ReadonlySet<number> = new Set([
  // SSH, FTP, DNS, LDAP, files, remote desktops.
  21, 22, 53, 139, 389, 445, 636, 2049, 2222, 3389, 5900,
  // Mail, and what catches it.
  25, 110, 143, 465, 587, 993, 995, 1025, 2525,
  // Databases and caches.
  1433, 1521, 3306, 5432, 6379, 6432, 7687, 9042, 11211, 26257, 26379, 27017, 27018, 27019, 33060,
  // Brokers and what they need.
  1883, 2181, 4222, 5671, 5672, 8883, 9092, 9093, 9094, 29092, 61613, 61616,
  // gRPC, logs and debuggers.
  4317, 5005, 5044, 7233, 9229, 14250, 24224,
]);
const https: ReadonlySet<number> = new Set([443, 8443]);
const allAddresses: ReadonlySet<string> = new Set(["", "0.0.0.0", "::"]);

/** Undefined for what does not speak HTTP. `engineHost` is where the engine is; undefined for this machine. */
export function urlOf(port: ReachablePort, engineHost: string | undefined): string | undefined {
  const scheme = schemeOf(port);
  return scheme === undefined ? undefined : `${scheme}://${hostAndPort(port, engineHost)}`;
}

/** The same, or host and port of what does not speak HTTP. */
export function addressOf(port: ReachablePort, engineHost: string | undefined): string {
  return urlOf(port, engineHost) ?? hostAndPort(port, engineHost) + (port.protocol === "udp" ? "/udp" : "");
}

function hostAndPort(port: ReachablePort, engineHost: string | undefined): string {
  const host = hostOf(port, engineHost);
  return `${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port.hostPort}`;
}

/** The host at which a port is reached: `localhost`, the engine's host, or the address that it is published on. */
export function hostOf(port: ReachablePort, engineHost: string | undefined): string {
  const address = port.hostIp ?? "";
  const isOwn = engineHost === undefined || !/^(127\.|::1$)/.test(address);
  const named = isOwn && !allAddresses.has(address) ? address : undefined;
  return named ?? engineHost ?? "localhost";
}

function schemeOf({ appProtocol, containerPort, protocol }: ReachablePort): "http" | "https" | undefined {
  if (protocol !== "tcp") return undefined;
  const said = appProtocol?.toLowerCase();
  if (said === "https" || said === "wss") return "https";
  if (said !== undefined) return /^(https?2?|h2c?|ws)$/.test(said) ? "http" : undefined;
  if (notHttp.has(containerPort)) return undefined;
  return https.has(containerPort) ? "https" : "http";
}

/** The host of an engine's address; undefined for an engine of this machine. */
export function hostOfEngine(address: string | undefined): string | undefined {
  if (address === undefined || !/^(ssh|tcp|https?):\/\//.test(address)) return undefined;
  const host = URL.parse(address.replace(/^\w+:/, "http:"))?.hostname ?? "";
  return host === "" || host === "localhost" || host === "[::1]" || host.startsWith("127.")
    ? undefined
    : host;
}
