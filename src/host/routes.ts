import { readFileSync } from "node:fs";
import { unlessMissing } from "../error/unless-missing.ts";
import { hasProc } from "../process/has-proc.ts";

interface Route {
  /** The first address as a number. */
  readonly address: number;
  /** Bits of the network part. */
  readonly prefix: number;
}

const routesFile = "/proc/net/route";

/**
 * The IPv4 networks that this host has a route to, such as a VPN's, without the default route. None outside Linux: Docker
 * runs in a virtual machine there, and its networks are not the host's.
 */
export function hostRoutes(): readonly Route[] {
  if (!hasProc) return [];
  return (unlessMissing(() => readFileSync(routesFile, "latin1")) ?? "")
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
