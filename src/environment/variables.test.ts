import { expect, test } from "bun:test";
import fc from "fast-check";
import { MonoError } from "../error/mono-error.ts";
import { identityVariables, portVariables, type PublishedPort } from "./variables.ts";

function port(service: string, containerPort: number, hostPort: number, protocol = "tcp"): PublishedPort {
  return { service, containerPort, hostPort, protocol, hostIp: undefined };
}

test("an environment tells its name, id, path and data folder, in this order", () => {
  const environment = {
    id: 3,
    name: "shop-auth",
    path: "/w/shop/auth",
    dockerProject: "mono-shop-auth",
    phase: "ready",
    mark: "a1",
    engine: null,
  } as const;
  expect(Object.entries(identityVariables(environment, "/m/data/shop-auth"))).toEqual([
    ["MONO_ENV_NAME", "shop-auth"],
    ["MONO_ENV_ID", "3"],
    ["MONO_ENV_PATH", "/w/shop/auth"],
    ["MONO_DATA_DIR", "/m/data/shop-auth"],
  ]);
});

test.each([
  ["no port", [], {}],
  ["one port", [port("web", 80, 19_100)], { MONO_WEB_PORT: "19100" }],
  ["a name with other characters", [port("my-api.v2", 1, 19_100)], { MONO_MY_API_V2_PORT: "19100" }],
  [
    "several ports of one service",
    [port("web", 80, 19_100), port("web", 443, 19_101)],
    { MONO_WEB_PORT: "19100", MONO_WEB_PORT_80: "19100", MONO_WEB_PORT_443: "19101" },
  ],
  [
    "one port over tcp and udp",
    [port("dns", 53, 19_100), port("dns", 53, 19_100, "udp")],
    { MONO_DNS_PORT: "19100", MONO_DNS_PORT_53: "19100", MONO_DNS_PORT_53_UDP: "19100" },
  ],
  ["a single udp port", [port("dns", 53, 19_100, "udp")], { MONO_DNS_PORT: "19100" }],
  [
    "one container port published twice",
    [port("web", 80, 19_100), port("web", 80, 19_101)],
    { MONO_WEB_PORT: "19100", MONO_WEB_PORT_80: "19100" },
  ],
  [
    "services whose ports alternate",
    [port("a", 1, 19_100), port("b", 1, 19_101), port("a", 2, 19_102)],
    { MONO_A_PORT: "19100", MONO_A_PORT_1: "19100", MONO_A_PORT_2: "19102", MONO_B_PORT: "19101" },
  ],
])("the variables of %s", (_what, ports, variables) => {
  expect(portVariables(ports)).toEqual(variables);
});

test("two services that give one variable are an error that names both and the variable", () => {
  const ports = [port("my-api", 1, 19_100), port("my_api", 1, 19_101)];
  expect(() => portVariables(ports)).toThrow(
    "the services my-api and my_api both give the variable MONO_MY_API_PORT",
  );
});

test("no variable ever stands for two services: either all are told apart, or an error names two that are not", () => {
  const service = fc.string({
    unit: fc.constantFrom("a", "A", "b", "-", "_", ".", "1"),
    minLength: 1,
    maxLength: 3,
  });
  const somePorts = fc.array(fc.tuple(service, fc.constantFrom(1, 80), fc.constantFrom("tcp", "udp")), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(somePorts, (entries) => {
      // Each port has a number of its own, so that a value tells which port it came from.
      const ports = entries.map(([name, target, protocol], index) =>
        port(name, target, 19_100 + index, protocol),
      );
      const services = new Set(ports.map((entry) => entry.service));
      try {
        const owners = Object.values(portVariables(ports)).map(
          (value) => ports[Number(value) - 19_100]?.service,
        );
        expect(new Set(owners)).toEqual(services);
        const firsts = Object.entries(portVariables(ports)).filter(([name]) => name.endsWith("_PORT"));
        expect(firsts).toHaveLength(services.size);
      } catch (error) {
        if (!(error instanceof MonoError)) throw error;
        const [, one = "", other = ""] = /^the services (\S+) and (\S+) both give/.exec(error.message) ?? [];
        expect(one).not.toBe(other);
        expect(services.has(one) && services.has(other)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
