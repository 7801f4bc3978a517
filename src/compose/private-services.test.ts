import { expect, test } from "bun:test";
import type { Service } from "./model.ts";
import { privatizeServices } from "./private-services.ts";

function privatized(
  services: Record<string, Service>,
  activeProfiles: readonly string[] = [],
): Readonly<Record<string, Service>> {
  return privatizeServices({ services }, { project: "mono-shop", activeProfiles, directory: "/w" });
}

/** What every image that is built is found by. */
const labels = { "com.docker.compose.project": "mono-shop" };

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
    { build: { context: "/w", labels } },
  ],
  [
    "a service that is built at each start still is",
    { build: { context: "/w" }, pull_policy: "build" },
    { build: { context: "/w", labels }, pull_policy: "build" },
  ],
  [
    "the labels of an image stay",
    { build: { context: "/w", labels: { mine: "1" } } },
    { build: { context: "/w", labels: { mine: "1", ...labels } } },
  ],
  [
    "files that Compose would look for only at the start are where they are",
    { security_opt: ["seccomp=sc.json", "seccomp:unconfined", "apparmor=x"] },
    { security_opt: ["seccomp=/w/sc.json", "seccomp:unconfined", "apparmor=x"] },
  ],
  [
    "a cache in a folder is in that folder, wherever Compose is called",
    { build: { cache_to: ["type=local,dest=../c", "shop:cache"] } },
    { build: { cache_to: ["type=local,dest=/c", "shop:cache"], labels } },
  ],
  ["an unlimited swap is the number that Compose accepts", { memswap_limit: "-1" }, { memswap_limit: -1 }],
  ["a limited swap stays", { memswap_limit: "1073741824" }, { memswap_limit: "1073741824" }],
  [
    "the agents of ssh are the list that Compose accepts",
    { build: { ssh: [{ key: "/home/ann/key" }, "other=/k", "third: /home/ann/third"] } },
    { build: { ssh: ["key=/home/ann/key", "other=/k", "third=/home/ann/third"], labels } },
  ],
  [
    "the agents of ssh as a mapping, the default one included",
    { build: { ssh: { default: null, key: "/k" } } },
    { build: { ssh: ["default", "key=/k"], labels } },
  ],
])("%s", (_what, service, expected) => {
  expect(privatized({ web: service })).toEqual({ web: expected });
});

test.each(["Web", "worker_", "web."])(
  "the service %s is built under a name that an image may have",
  (name) => {
    const services = privatized({ [name]: { build: { context: "/w" } }, user: { image: "shop" } });
    const { image = "", pull_policy: policy } = services[name] ?? {};
    expect(image).toMatch(/^mono-shop-(web|worker)-[0-9a-f]{8}$/);
    expect(policy).toBe("never");
  },
);

test("an image whose builder is not started is built by the service that uses it", () => {
  const services = {
    base: { build: { context: "/w" }, image: "acme/app:dev", profiles: ["build"] },
    web: { image: "acme/app:dev", pull_policy: "always" },
  };
  expect(privatized(services)["web"]).toEqual({ build: { context: "/w", labels } });
  expect(privatized(services, ["build"])["web"]).toEqual({ image: "mono-shop-base", pull_policy: "never" });
});

test("a built image is private as a build context and as a mount, too", () => {
  const services = privatized({
    base: { build: { context: "/w" }, image: "acme/app:dev" },
    web: {
      build: { additional_contexts: { base: "docker-image://acme/app:dev", other: "docker-image://alpine" } },
      volumes: [{ type: "image", source: "acme/app:dev", target: "/app" }],
    },
  });
  expect(services["web"]?.build?.["additional_contexts"]).toEqual({
    base: "docker-image://mono-shop-base",
    other: "docker-image://alpine",
  });
  expect(services["web"]?.volumes?.[0]?.source).toBe("mono-shop-base");
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
