import { expect, test } from "bun:test";
import fc from "fast-check";
import { type ComposeModel, isMapping, type Mapping } from "./model.ts";
import { privatize } from "./privatize.ts";

const options = { project: "mono-shop", id: 3, order: ["db", "web"], previous: undefined };

test("the project and all that Compose names after it are the environment's", () => {
  const model = {
    name: "shop",
    services: { web: { image: "nginx" } },
    networks: { default: { name: "shop_default" }, empty: null },
    volumes: { data: { name: "shop_data", driver: "local" } },
    configs: { site: { name: "shop_site", file: "/w/site.conf" } },
    secrets: { key: { name: "shop_key", environment: "KEY" } },
    "x-common": { name: "kept" },
  };
  expect(privatize(model, options)).toEqual({
    name: "mono-shop",
    services: { web: { image: "nginx" } },
    networks: { default: {}, empty: null },
    volumes: { data: { driver: "local" } },
    configs: { site: { file: "/w/site.conf" } },
    secrets: { key: { environment: "KEY" } },
    "x-common": { name: "kept" },
  });
});

test("what is external keeps its name", () => {
  const things = { theirs: { name: "theirs", external: true }, ours: { name: "ours", external: false } };
  const model = { services: {}, networks: things, volumes: things, configs: things, secrets: things };
  const expected = { theirs: { name: "theirs", external: true }, ours: { external: false } };
  const { networks, volumes, configs, secrets } = privatize(model, options);
  expect([networks, volumes, configs, secrets]).toEqual([expected, expected, expected, expected]);
});

test("a network loses what only one network of a host can have, and nothing else", () => {
  const model = {
    services: {},
    networks: {
      back: {
        driver: "bridge",
        driver_opts: { "com.docker.network.bridge.name": "br0", "com.docker.network.driver.mtu": "1400" },
        ipam: { driver: "default", config: [{ subnet: "10.5.0.0/16" }] },
        internal: true,
      },
    },
  };
  expect(privatize(model, options).networks).toEqual({
    back: {
      driver: "bridge",
      driver_opts: { "com.docker.network.driver.mtu": "1400" },
      ipam: { driver: "default" },
      internal: true,
    },
  });
});

test("ports keep what the environment had before", () => {
  const ports = [{ target: 80, published: "80" }];
  const previous = privatize({ services: { web: { ports } } }, options);
  const model = { services: { db: { ports }, web: { ports } } };
  const { services } = privatize(model, { ...options, previous });
  expect(services["web"]?.ports).toEqual([{ target: 80, published: "19300" }]);
  expect(services["db"]?.ports).toEqual([{ target: 80, published: "19301" }]);
});

/** Keys that Compose does not know, as extensions and as future versions have them. */
const unknown = fc.record(
  { "x-note": fc.constantFrom(null, 1, "", [], { a: {} }), platform: fc.constantFrom("linux", 0) },
  { requiredKeys: [] },
);
const optional = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc
    .tuple(fc.record(fields, { requiredKeys: [] }), unknown)
    .map(([known, other]): Mapping => ({ ...other, ...known }));

const serviceName = fc.constantFrom("db", "web");
const containerReference = fc.constantFrom("container:box", "container:foreign", "host", "service:db");
const someNetworks = fc.dictionary(
  fc.constantFrom("default", "back"),
  fc.oneof(
    fc.constant(null),
    optional({
      aliases: fc.array(fc.constantFrom("box", "other")),
      ipv4_address: fc.constant("10.0.0.2"),
      ipv6_address: fc.constant("fd::2"),
    }),
  ),
);
const someService = optional({
  image: fc.constantFrom("nginx", "shop", "shop:1"),
  build: optional({ tags: fc.array(fc.constantFrom("shop", "shop:1")), ssh: fc.constant([{ key: "/k" }]) }),
  pull_policy: fc.constantFrom("always", "build"),
  container_name: fc.constantFrom("box", "crate"),
  networks: someNetworks,
  network_mode: containerReference,
  pid: containerReference,
  volumes_from: fc.array(fc.constantFrom("container:box:ro", "container:foreign", "db")),
  external_links: fc.array(fc.constantFrom("box:db", "box", "foreign:redis")),
  links: fc.constant(["db"]),
  depends_on: fc.constantFrom({}, { db: { condition: "service_healthy", required: true } }),
  stop_grace_period: fc.constant("30s"),
  memswap_limit: fc.constantFrom("-1", "1024"),
  scale: fc.constantFrom(1, 2),
  ports: fc.uniqueArray(
    fc.record(
      {
        target: fc.constantFrom(80, 81),
        published: fc.constantFrom("80", "81", "80-82"),
        protocol: fc.constantFrom("tcp", "udp"),
        host_ip: fc.constant("127.0.0.1"),
      },
      { requiredKeys: ["target"] },
    ),
    { maxLength: 4 },
  ),
});
const someThings = fc.dictionary(
  fc.constantFrom("default", "back"),
  fc.oneof(
    fc.constant(null),
    optional({
      name: fc.constant("shop_back"),
      external: fc.boolean(),
      ipam: optional({ config: fc.constant([{ subnet: "10.0.0.0/16" }]) }),
      driver_opts: fc.dictionary(fc.constantFrom("com.docker.network.bridge.name", "device"), fc.string()),
    }),
  ),
);
const someModel = fc
  .tuple(
    fc.dictionary(serviceName, someService),
    optional({ name: fc.string(), networks: someThings, volumes: someThings, secrets: someThings }),
  )
  .map(([services, rest]) => ({ ...rest, services }));

test("a model that is private already stays as it is", () => {
  fc.assert(
    fc.property(someModel, (model) => {
      const once = privatize(model, options);
      expect(privatize(once, options)).toEqual(once);
      expect(privatize(once, { ...options, previous: once })).toEqual(once);
    }),
    { numRuns: 200 },
  );
});

/** A model whose service publishes one container port under several numbers. */
const publishing = (...numbers: string[]): ComposeModel => ({
  services: { web: { ports: numbers.map((published) => ({ target: 80, published })) } },
});

// Ports that were there before come first in the list, so that it is another list than the one that was written.
test("a model that is private already stays as it is, whatever was generated before", () => {
  fc.assert(
    fc.property(someModel, someModel, (model, before) => {
      const previous = privatize(before, options);
      const once = privatize(model, { ...options, previous });
      expect(privatize(once, { ...options, previous })).toEqual(once);
      expect(privatize(once, { ...options, previous: once })).toEqual(once);
    }),
    { numRuns: 200, examples: [[publishing("80-82", "91"), publishing("90", "91")]] },
  );
});

/** What privatizing may take away or change; `docs/compose.md` says why. */
const mayChange = [
  /^name$/,
  /^services\.\w+\.(container_name|image|pull_policy|network_mode|pid|volumes_from|external_links|links|memswap_limit)$/,
  /^services\.\w+\.build\.(tags|ssh)$/,
  /^services\.\w+\.ports$/,
  /^services\.\w+\.networks\.\w+$/,
  /^services\.\w+\.networks\.\w+\.(aliases|ipv4_address|ipv6_address)$/,
  /^(networks|volumes|secrets)\.\w+\.name$/,
  /^networks\.\w+\.ipam\.config$/,
  /^networks\.\w+\.driver_opts\.com\.docker\.network\.bridge\.name$/,
];

/** The paths of what is in `before` and is another in `after`, or is not there. */
function changes(before: unknown, after: unknown, path: string): string[] {
  if (!isMapping(before) || !isMapping(after)) return Bun.deepEquals(before, after) ? [] : [path];
  return Object.keys(before).flatMap((key) => {
    const inner = path === "" ? key : `${path}.${key}`;
    return Object.hasOwn(after, key) ? changes(before[key], after[key], inner) : [inner];
  });
}

test("nothing is lost or changed but what collides", () => {
  fc.assert(
    fc.property(someModel, (model) => {
      const changed = changes(model, privatize(model, options), "");
      expect(changed.filter((path) => !mayChange.some((pattern) => pattern.test(path)))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("nothing that only one project of a host can have is left", () => {
  fc.assert(
    fc.property(someModel, (model) => {
      const { services, networks = {}, volumes = {} } = privatize(model, options);
      for (const service of Object.values(services)) {
        expect(service.container_name).toBeUndefined();
        expect(service.build && service.image).toBeUndefined();
        for (const network of Object.values(service.networks ?? {})) {
          expect(network?.["ipv4_address"] ?? network?.["ipv6_address"]).toBeUndefined();
        }
      }
      for (const thing of [...Object.values(networks), ...Object.values(volumes)]) {
        if (thing?.external !== true) expect(thing?.name).toBeUndefined();
      }
      for (const network of Object.values(networks)) {
        if (network?.external !== true) expect(network?.ipam?.["config"]).toBeUndefined();
      }
    }),
  );
});
