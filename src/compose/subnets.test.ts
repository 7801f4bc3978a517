import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ComposeModel } from "./model.ts";
import { assignSubnets, parseSubnet, type Subnet } from "./subnets.ts";

const modelWith = (networks: ComposeModel["networks"], replicas = 1): ComposeModel => ({
  services: { web: { image: "web", deploy: { replicas } } },
  ...(networks && { networks }),
});

function subnetsOf(model: ComposeModel): Subnet[] {
  return Object.values(model.networks ?? {}).flatMap((network) => {
    const config = network?.ipam?.["config"] as { subnet: string }[] | undefined;
    return config?.flatMap(({ subnet }) => parseSubnet(subnet) ?? []) ?? [];
  });
}

const last = ({ address, prefix }: Subnet) => address + 2 ** (32 - prefix) - 1;
const isApart = (one: Subnet, other: Subnet) => last(one) < other.address || last(other) < one.address;

test("reads IPv4 subnets, and nothing else", () => {
  expect(parseSubnet("10.1.2.0/24")).toEqual({ address: 167_838_208, prefix: 24 });
  expect(parseSubnet("192.168.0.0/16")).toEqual({ address: 3_232_235_520, prefix: 16 });
  expect(parseSubnet("fd00::/64")).toBeUndefined();
  expect(parseSubnet("")).toBeUndefined();
});

test("only networks that Docker would have given a subnet get one", () => {
  const networks = {
    own: null,
    named: { driver: "bridge" },
    outer: { external: true },
    lan: { driver: "macvlan" },
  };
  const assigned = assignSubnets(modelWith(networks), [], 1).networks ?? {};
  expect(assigned["own"]?.ipam).toBeDefined();
  expect(assigned["named"]?.ipam).toBeDefined();
  expect(assigned["outer"]).toEqual({ external: true });
  expect(assigned["lan"]).toEqual({ driver: "macvlan" });
});

test("a single address that is taken moves the subnet on, be it the first of it or the last", () => {
  const [free] = subnetsOf(assignSubnets(modelWith({ own: null }), [], 1));
  if (free === undefined) throw new Error("a network gets a subnet");
  const next = { ...free, address: last(free) + 1 };
  const choose = (address: number) =>
    subnetsOf(assignSubnets(modelWith({ own: null }), [{ address, prefix: 32 }], 1));
  expect(choose(free.address)).toEqual([next]);
  expect(choose(last(free))).toEqual([next]);
  expect(choose(free.address - 1)).toEqual([free]);
  expect(choose(next.address)).toEqual([free]);
});

test("a project of many containers gets room for them", () => {
  const [small] = subnetsOf(assignSubnets(modelWith({ own: null }), [], 1));
  const [large] = subnetsOf(assignSubnets(modelWith({ own: null }, 200), [], 1));
  expect(small?.prefix).toBe(26);
  expect(2 ** (32 - (large?.prefix ?? 32))).toBeGreaterThan(200);
});

test("a subnet never overlaps one that is taken, nor another of the project", () => {
  const taken = fc.record({
    address: fc.nat({ max: 2 ** 23 - 1 }).map((offset) => 10 * 2 ** 24 + 2 ** 23 + offset - (offset % 64)),
    prefix: fc.integer({ min: 12, max: 32 }),
  });
  const aligned = taken.map(({ address, prefix }) => ({
    address: address - (address % 2 ** (32 - prefix)),
    prefix,
  }));
  fc.assert(
    fc.property(
      fc.array(aligned, { maxLength: 6 }),
      fc.integer({ min: 1, max: 464 }),
      fc.integer({ min: 1, max: 5 }),
      (used, id, count) => {
        const networks = Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, null]));
        const given = subnetsOf(assignSubnets(modelWith(networks), used, id));
        expect(given).toHaveLength(count);
        for (const [index, subnet] of given.entries()) {
          for (const other of [...used, ...given.slice(index + 1)]) expect(isApart(subnet, other)).toBe(true);
        }
      },
    ),
  );
});
