import { expect, test } from "bun:test";
import { findDropped } from "./dropped.ts";
import type { ComposeModel } from "./model.ts";
import { privatize } from "./privatize.ts";

const model: ComposeModel = {
  services: {
    db: { networks: { back: { ipv4_address: "10.5.0.2" }, default: null } },
    web: { networks: { back: { link_local_ips: ["169.254.1.1"] }, front: { aliases: ["site"] } } },
    idle: {},
  },
  networks: {
    back: { ipam: { config: [{ subnet: "10.5.0.0/16" }] } },
    front: { driver_opts: { "com.docker.network.bridge.name": "br0" }, ipam: {} },
    theirs: { external: true, ipam: { config: [{ subnet: "10.6.0.0/16" }] } },
    default: null,
  },
};

test("everything that is left out is listed: subnets and bridge names, then addresses", () => {
  expect(findDropped(model).map(({ subject, what }) => `${subject}: ${what}`)).toEqual([
    "network back: its fixed subnet",
    "network front: its fixed bridge name",
    "service db: its fixed address in network back",
    "service web: its fixed address in network back",
  ]);
});

test("nothing is left out of a model that is private already", () => {
  const options = { project: "mono-shop", id: 1, order: ["db", "web", "idle"], previous: undefined };
  expect(findDropped(privatize(model, options))).toEqual([]);
});

test("a DNS server at the fixed address of another service is left out, and told", () => {
  const resolving = {
    services: {
      resolver: { networks: { inner: { ipv4_address: "10.9.0.53" } } },
      web: { dns: ["10.9.0.53", "9.9.9.9"], networks: { inner: null } },
    },
  };
  expect(findDropped(resolving)).toContainEqual({
    subject: "service web",
    what: "the DNS server 10.9.0.53, another service's fixed address",
  });
  const options = { project: "mono-shop", id: 1, order: ["resolver", "web"], previous: undefined };
  expect(privatize(resolving, options).services["web"]?.["dns"]).toEqual(["9.9.9.9"]);
});
