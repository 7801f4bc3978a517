import { expect, test } from "bun:test";
import { resolve } from "node:path";
import type { ComposeModel, Service } from "./model.ts";
import { findShared } from "./shared.ts";

const context = {
  project: "mono-shop",
  ownFolders: ["/w/shop", "/home/me/.mono/data/shop"],
  realPath: (path: string) => resolve(path.replace("/w/shop/link", "/elsewhere")),
  scripts: ["docker build -t acme/app ."],
};

function reasonsOf(model: Partial<ComposeModel>): string[] {
  return findShared({ services: {}, ...model }, context).map(
    ({ subject, reason }) => `${subject}: ${reason}`,
  );
}

test.each<[string, Partial<ComposeModel>, string[]]>([
  ["a network of the project's own", { networks: { back: { name: "mono-shop_back" }, empty: null } }, []],
  [
    "an external network",
    { networks: { back: { external: true, name: "theirs" } } },
    ["network back: external: theirs"],
  ],
  ["an external volume", { volumes: { data: { external: true } } }, ["volume data: external: data"]],
  ["a volume of the project's own", { volumes: { data: { name: "mono-shop_data" }, empty: null } }, []],
  [
    "a volume that is kept outside the workspace",
    { volumes: { data: { driver_opts: { type: "none", o: "bind", device: "/srv/data" } } } },
    ["volume data: kept at /srv/data, outside the workspace"],
  ],
  [
    "a volume that is kept inside the workspace",
    { volumes: { data: { driver_opts: { device: "/w/shop/data" } } } },
    [],
  ],
])("%s", (_what, model, reasons) => {
  expect(reasonsOf(model)).toEqual(reasons);
});

const bind = (source: string, readOnly?: boolean) => ({
  volumes: [
    { type: "bind", source, target: "/data", ...(readOnly !== undefined && { read_only: readOnly }) },
  ],
});

test.each<[string, Service, string[]]>([
  ["the host's network", { network_mode: "host" }, ["network_mode: host"]],
  ["the host's processes", { pid: "host" }, ["pid: host"]],
  ["the host's shared memory", { ipc: "host" }, ["ipc: host"]],
  ["a network of its own", { network_mode: "bridge", pid: "service:db", ipc: "shareable" }, []],
  [
    "a foreign container's network",
    { network_mode: "container:foreign" },
    ["network_mode: container:foreign"],
  ],
  ["the network of a container of the project", { network_mode: "container:box" }, []],
  [
    "the volumes of a foreign container",
    { volumes_from: ["container:foreign:ro", "container:box", "db"] },
    ["uses a container of another project: container:foreign:ro"],
  ],
  [
    "a link to a foreign container",
    { external_links: ["foreign:redis", "box:db"] },
    ["uses a container of another project: foreign:redis"],
  ],
  ["a bind inside the workspace", bind("/w/shop/src"), []],
  ["a bind of the workspace", bind("/w/shop"), []],
  ["a bind inside the environment's data folder", bind("/home/me/.mono/data/shop/db"), []],
  [
    "a bind inside another environment's",
    bind("/home/me/.mono/data/other"),
    ["writes to /home/me/.mono/data/other, outside the workspace"],
  ],
  [
    "a bind of a folder whose name begins like it",
    bind("/w/shop2"),
    ["writes to /w/shop2, outside the workspace"],
  ],
  [
    "a bind that leaves the workspace",
    bind("/w/shop/../other"),
    ["writes to /w/shop/../other, outside the workspace"],
  ],
  [
    "a bind with a dollar, which config doubles",
    bind("/srv/$$x"),
    ["writes to /srv/$x, outside the workspace"],
  ],
  [
    "a bind through a link out of the workspace",
    bind("/w/shop/link"),
    ["writes to /w/shop/link, outside the workspace"],
  ],
  ["a bind that is only read", bind("/etc/ssl", true), []],
  ["a bind that says that it is written", bind("/srv", false), ["writes to /srv, outside the workspace"]],
  ["a named volume", { volumes: [{ type: "volume", source: "data", target: "/data" }] }, []],
])("%s", (_what, service, reasons) => {
  const services = { web: service, db: { container_name: "box" } };
  expect(reasonsOf({ services })).toEqual(reasons.map((reason) => `service web: ${reason}`));
});

test("a bind of a workspace whose name has a dollar is inside it", () => {
  expect(
    findShared({ services: { web: bind("/w/$$hop/src") } }, { ...context, ownFolders: ["/w/$hop"] }),
  ).toEqual([]);
});

test("everything that is shared is listed: networks, volumes, then services", () => {
  const model = {
    services: { web: { network_mode: "host", pid: "host", ...bind("/srv") } },
    networks: { back: { external: true } },
    volumes: { data: { external: true } },
  };
  expect(reasonsOf(model)).toEqual([
    "network back: external: back",
    "volume data: external: data",
    "service web: network_mode: host",
    "service web: pid: host",
    "service web: writes to /srv, outside the workspace",
  ]);
});

// Its device is no path, and must not be looked for in the folder that mono is called in.
test("a volume in memory is not shared", () => {
  const driverOptions = { type: "tmpfs", device: "tmpfs", o: "size=100m" };
  expect(reasonsOf({ volumes: { cache: { driver_opts: driverOptions } } })).toEqual([]);
});

// As above: it is no path of this host.
test("a volume on a server is shared, also when mono is called inside the workspace", () => {
  const driverOptions = { type: "nfs", device: ":/exports/data", o: "addr=10.0.0.9" };
  const model = { services: {}, volumes: { data: { driver_opts: driverOptions } } };
  expect(findShared(model, { ...context, ownFolders: [process.cwd()] })).toHaveLength(1);
});

test("services that meet on an external network alone are told the name that is their own", () => {
  const model = {
    services: {
      api: { networks: { edge: null } },
      web: { networks: { edge: null, default: null } },
      db: { networks: { default: null } },
      alone: { networks: { other: null } },
    },
    networks: { edge: { external: true }, other: { external: true }, default: {} },
  };
  const named = reasonsOf(model).filter((reason) => reason.startsWith("service"));
  expect(named).toEqual(
    ["api", "web"].map(
      (name) =>
        `service ${name}: every copy has a ${name} in the external network edge: put it in a network of the project too, or call it mono-shop-${name}-1`,
    ),
  );
  const together = { ...model, services: { ...model.services, api: model.services.web } };
  expect(reasonsOf(together).filter((reason) => reason.startsWith("service"))).toEqual([]);
});

test("an image that a script of mono.yml builds is one for all copies", () => {
  const services = {
    web: { image: "acme/app:latest" },
    db: { image: "postgres" },
    own: { image: "acme/app", build: {} },
  };
  expect(reasonsOf({ services })).toEqual([
    "service web: a script builds its image acme/app:latest for all copies: give the service a build section, or the tag ${MONO_ENV_NAME}",
  ]);
});

test("names of networks, volumes and containers in labels and variables are told, those that still mean the same are not", () => {
  const services = {
    web: {
      container_name: "shop-web",
      labels: { "traefik.docker.network": "web-net", "job.container": "shop-web", url: "http://shop-web/" },
      environment: { NETWORK: "web-net,other", OWN: "mono-shop_back", HOST: "shop-web", NOTHING: null },
    },
  };
  const networks = { front: { name: "web-net" }, back: { name: "mono-shop_back" } };
  expect(reasonsOf({ services, networks })).toEqual([
    "service web: its label traefik.docker.network means the network web-net, which is another one here: write ${COMPOSE_PROJECT_NAME}_front",
    "service web: its label job.container means the container shop-web, which is another one here: write ${COMPOSE_PROJECT_NAME}-web-1",
    "service web: its variable NETWORK means the network web-net, which is another one here: write ${COMPOSE_PROJECT_NAME}_front",
  ]);
});
