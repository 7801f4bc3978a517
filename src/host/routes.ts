import { existsSync, readFileSync } from "node:fs";

interface Route {
  /** The first address as a number. */
  readonly address: number;
  /** Bits of the network part. */
  readonly prefix: number;
}

const routesFile = "/proc/net/route";

/**
 * The IPv4 networks that this host has a route to, the default route aside: a VPN's, for one. None outside Linux,
 * where Docker runs in a virtual machine and its networks are not the host's.
 */
export function hostRoutes(): readonly Route[] {
  if (!existsSync(routesFile)) return [];
  return readFileSync(routesFile, "latin1")
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, destination = "", , , , , , mask = ""] = line.split("\t");
      if (destination === "" || mask === "00000000") return [];
      return [{ address: fromLittleEndian(destination), prefix: bitsOf(fromLittleEndian(mask)) }];
    });
}

function fromLittleEndian(hexadecimal: string): number {
  return Buffer.from(hexadecimal, "hex").readUInt32LE();
}

function bitsOf(mask: number): number {
  return mask.toString(2).replaceAll("0", "").length;
}
