import { expect, test } from "bun:test";
import { sharedHostPorts, withHostPorts } from "./host-gateway.ts";
import type { Service } from "./model.ts";
import { outsidePorts } from "./outside-ports.ts";

const publishing = (...published: string[]): Service => ({
  ports: published.map((number, index) => ({ target: 80 + index, published: number })),
});
const services = { api: publishing("8000", "9000-9002"), tool: { ...publishing("8000"), profiles: ["x"] } };
const allocated = { services: { api: publishing("19100", "19101-19103"), tool: publishing("19104") } };
const ports = outsidePorts({ services: { tool: services.tool, api: services.api } }, allocated, []);

const model = (web: Service) => ({ services: { ...services, web } });

test("each number without mono has one here; a service that is started comes first", () => {
  expect([...ports].map(([number, { service, hostPort }]) => [number, service, hostPort])).toEqual([
    [8000, "api", 19_100],
    [9000, "api", 19_101],
    [9001, "api", 19_102],
    [9002, "api", 19_103],
  ]);
});

test.each<[Service, Service]>([
  [
    {
      environment: {
        A: "http://host.docker.internal:8000/x,host.containers.internal:9001",
        N: 8000,
        E: null,
      },
    },
    {
      environment: {
        A: "http://host.docker.internal:19100/x,host.containers.internal:19102",
        N: 8000,
        E: null,
      },
    },
  ],
  [
    {
      build: { context: "/w", args: { A: "host.lima.internal:8000" } },
      labels: { l: "host.orb.internal:8000" },
    },
    {
      build: { context: "/w", args: { A: "host.lima.internal:19100" } },
      labels: { l: "host.orb.internal:19100" },
    },
  ],
  [{ command: ["wait", "host.docker.internal:8000"] }, { command: ["wait", "host.docker.internal:19100"] }],
  [
    { extra_hosts: ["box=host-gateway", "other=10.0.0.1"], command: ["box:8000", "other:8000"] },
    { extra_hosts: ["box=host-gateway", "other=10.0.0.1"], command: ["box:19100", "other:8000"] },
  ],
  [{ command: ["box:8000"] }, { command: ["box:8000"] }],
])("%j becomes %j", (before, after) => {
  expect(withHostPorts(model(before), ports).services["web"]).toEqual(after);
});

test.each<[string, string[]]>([
  ["host.docker.internal:5432", ["A names port 5432 of this host"]],
  ["host.docker.internal", ["A names this host"]],
  ["localhost,host.docker.internal", []],
  ["host.docker.internal:8000", []],
  ["host.docker.internal:19177", []],
  ["my.host.docker.internal:5432", []],
  ["host.docker.internal:80000000", []],
])("%s shares %j", (text, reasons) => {
  const shared = sharedHostPorts(model({ environment: { A: text } }), ports, 1);
  expect(shared.map(({ reason }) => reason)).toEqual(reasons);
});
