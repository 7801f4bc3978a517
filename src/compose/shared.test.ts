import { expect, test } from "bun:test";
import type { ComposeModel, Service } from "./model.ts";
import { findShared } from "./shared.ts";

const workspace = "/w/shop";

function reasonsOf(model: Partial<ComposeModel>): string[] {
  return findShared({ services: {}, ...model }, workspace).map(
    ({ subject, reason }) => `${subject}: ${reason}`,
  );
}

test.each<[string, Partial<ComposeModel>, string[]]>([
  ["a network of the project's own", { networks: { back: { name: "shop_back" }, empty: null } }, []],
  [
    "an external network",
    { networks: { back: { external: true, name: "theirs" } } },
    ["network back: external: theirs"],
  ],
  ["an external volume", { volumes: { data: { external: true } } }, ["volume data: external: data"]],
  ["a volume of the project's own", { volumes: { data: { name: "shop_data" }, empty: null } }, []],
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
  ["a bind that is only read", bind("/etc/ssl", true), []],
  ["a bind that says that it is written", bind("/srv", false), ["writes to /srv, outside the workspace"]],
  ["a named volume", { volumes: [{ type: "volume", source: "data", target: "/data" }] }, []],
])("%s", (_what, service, reasons) => {
  const services = { web: service, db: { container_name: "box" } };
  expect(reasonsOf({ services })).toEqual(reasons.map((reason) => `service web: ${reason}`));
});

test("a bind of a workspace whose name has a dollar is inside it", () => {
  expect(findShared({ services: { web: bind("/w/$$hop/src") } }, "/w/$hop")).toEqual([]);
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
  expect(findShared(model, process.cwd())).toHaveLength(1);
});
