/** Subnets for the networks of one environment, when Docker has none left to give. */
import { noFreeSubnet } from "../error/catalogue/compose.ts";
import { type ComposeModel, isMapping, mapValues, type NamedThing, replicasOf, textOf } from "./model.ts";

/** An IPv4 network. */
export interface Subnet {
  /** The first address as a number. */
  readonly address: number;
  /** Bits of the network part. */
  readonly prefix: number;
}

/** The half of the private class A network where neither Docker nor the common home routers are. */
const range: Subnet = { address: 10 * 2 ** 24 + 128 * 2 ** 16, prefix: 9 };
/** 62 addresses. */
const smallPrefix = 26;
/** 1022 addresses, for a project of many containers. */
const largePrefix = 22;
const containersOfASmallOne = 50;
/** So that two environments that choose at the same time hardly choose the same. */
const networksPerEnvironment = 16;

/** Parses `10.1.0.0/16`; undefined for IPv6 and anything else. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address = "", prefix = ""] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text) ?? [];
  if (address === "") return undefined;
  return {
    address: address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0),
    prefix: Number(prefix),
  };
}

function formatSubnet({ address, prefix }: Subnet): string {
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${parts.join(".")}/${prefix}`;
}

function lastOf({ address, prefix }: Subnet): number {
  return address + 2 ** (32 - prefix) - 1;
}

function overlaps(one: Subnet, other: Subnet): boolean {
  return one.address <= lastOf(other) && other.address <= lastOf(one);
}

/** Gives each bridge network of the model a subnet that overlaps none of `taken`. `start` says where to look first. */
export function assignSubnets(model: ComposeModel, taken: readonly Subnet[], start: number): ComposeModel {
  const containers = Object.values(model.services).reduce((sum, service) => sum + replicasOf(service), 0);
  const prefix = containers > containersOfASmallOne ? largePrefix : smallPrefix;
  const used = [...taken];
  const networks = mapValues(model.networks ?? {}, (network) => {
    if (!isOwnBridge(network)) return network;
    const subnet = freeSubnet(prefix, used, start * networksPerEnvironment);
    used.push(subnet);
    return {
      ...network,
      ipam: {
        ...network?.ipam,
        config: [{ subnet: formatSubnet(subnet) }, ...subnetsOf(network).filter(isIpv6Subnet)],
      },
    };
  });
  return { ...model, networks };
}

/** The subnets that a network fixes: the entries of its `ipam.config`. */
export function subnetsOf(network: NamedThing | null | undefined): readonly unknown[] {
  const config: unknown = network?.ipam?.["config"];
  return Array.isArray(config) ? config : [];
}

export function isIpv6Subnet(entry: unknown): boolean {
  return isMapping(entry) && textOf(entry["subnet"]).includes(":");
}

function isOwnBridge(network: NamedThing | null): boolean {
  return network?.external !== true && (network?.driver ?? "bridge") === "bridge";
}

function freeSubnet(prefix: number, used: readonly Subnet[], start: number): Subnet {
  const size = 2 ** (32 - prefix);
  const slots = 2 ** (prefix - range.prefix);
  for (let step = 0; step < slots; step++) {
    const candidate = { address: range.address + ((start + step) % slots) * size, prefix };
    if (!used.some((subnet) => overlaps(subnet, candidate))) return candidate;
  }
  throw noFreeSubnet({ range: formatSubnet(range) });
}
