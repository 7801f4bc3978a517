import { expect, test } from "bun:test";
import type { ComposeModel, Service } from "./model.ts";
import { privatizeServices } from "./private-services.ts";

/** The private services, without the stop grace period that each gets. */
function privatized(
  services: Record<string, Service>,
  rest: Partial<ComposeModel> = {},
): Record<string, Service> {
  const result = privatizeServices({ ...rest, services }, "mono-shop");
  return Object.fromEntries(
    Object.entries(result).map(([name, { stop_grace_period: _period, ...service }]) => [name, service]),
  );
}

test.each<[string, Service, Service]>([
  ["a plain service stays as it is", { image: "nginx" }, { image: "nginx" }],
  ["a container name goes", { container_name: "db", network_mode: "none" }, { network_mode: "none" }],
  [
    "a container name becomes an alias in each network",
    { container_name: "db", networks: { back: null, front: { aliases: ["database"], priority: 1 } } },
    { networks: { back: { aliases: ["db"] }, front: { aliases: ["database", "db"], priority: 1 } } },
  ],
  [
    "a container name that is an alias already stands there once",
    { container_name: "db", networks: { back: { aliases: ["db"] } } },
    { networks: { back: { aliases: ["db"] } } },
  ],
  [
    "fixed addresses go, the rest of the network stays",
    {
      networks: {
        back: {
          ipv4_address: "10.0.0.2",
          ipv6_address: "fd::2",
          link_local_ips: ["169.254.1.1"],
          priority: 5,
        },
        front: null,
      },
    },
    { networks: { back: { priority: 5 }, front: null } },
  ],
  [
    "a built image is called after the environment, by Compose itself",
    { build: { context: "/w", tags: ["shop:1"] }, image: "shop", pull_policy: "always" },
    { build: { context: "/w" } },
  ],
  [
    "a service that is built at each start still is",
    { build: { context: "/w" }, pull_policy: "build" },
    { build: { context: "/w" }, pull_policy: "build" },
  ],
  ["an unlimited swap is the number that Compose accepts", { memswap_limit: "-1" }, { memswap_limit: -1 }],
  ["a limited swap stays", { memswap_limit: "1073741824" }, { memswap_limit: "1073741824" }],
  [
    "the agents of ssh are the list that Compose accepts",
    { build: { ssh: [{ key: "/home/ann/key" }, "other=/k"] } },
    { build: { ssh: ["key=/home/ann/key", "other=/k"] } },
  ],
  [
    "the agents of ssh as a mapping, the default one included",
    { build: { ssh: { default: null, key: "/k" } } },
    { build: { ssh: ["default", "key=/k"] } },
  ],
])("%s", (_what, service, expected) => {
  expect(privatized({ web: service })).toEqual({ web: expected });
});

test("a container may take a second to stop, unless its service says otherwise", () => {
  const services = { web: {}, db: { stop_grace_period: "30s" } };
  expect(privatizeServices({ services }, "mono-shop")).toEqual({
    web: { stop_grace_period: "1s" },
    db: { stop_grace_period: "30s" },
  });
});

test("a service that uses an image which the project builds uses this environment's, and asks no registry", () => {
  const services = privatized({
    web: { build: { context: "/w", tags: ["shop:latest"] }, image: "shop" },
    worker: { image: "shop", pull_policy: "always" },
    jobs: { image: "shop:latest" },
    db: { image: "postgres", pull_policy: "always" },
  });
  expect(services["worker"]).toEqual({ image: "mono-shop-web", pull_policy: "never" });
  expect(services["jobs"]).toEqual({ image: "mono-shop-web", pull_policy: "never" });
  expect(services["db"]).toEqual({ image: "postgres", pull_policy: "always" });
});
