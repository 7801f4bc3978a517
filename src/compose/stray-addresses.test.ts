import { expect, test } from "bun:test";
import type { Service } from "./model.ts";
import { outsidePorts } from "./outside-ports.ts";
import { describeStray, findStrayAddresses, straysOf, straysToExtension } from "./stray-addresses.ts";

const publish = (target: number, published: string) => ({ target, published });
const outside = {
  services: {
    api: { ports: [publish(80, "8000"), publish(90, "9000")] },
    db: { ports: [publish(5432, "5432")] },
    web: { ports: [publish(3000, "3000"), publish(80, "3001")] },
  },
};
const privately = (own: Service) => ({
  services: {
    api: { ports: [publish(80, "19100"), publish(90, "19101")] },
    db: { ports: [publish(5432, "19102")] },
    web: { ports: [publish(3000, "19103"), publish(80, "19104")], ...own },
  },
});
const found = (own: Service) => {
  const model = privately(own);
  return findStrayAddresses(model, outsidePorts(outside, model, []));
};

test("the words say whose it is, what it is here, and what to write", () => {
  const strays = found({
    environment: { API_URL: "http://localhost:8000/v1", SELF: "http://127.0.0.1:3001" },
    labels: { url: "http://[::1]:9000" },
    build: { args: { VITE_API: "http://me@0.0.0.0:8000", DB: "postgres://me:pw@localhost:5432/x" } },
  });
  expect(strays.map(describeStray)).toEqual([
    "web: API_URL names localhost:8000, which is api's port outside of mono; here it is 19100. Write ${MONO_API_PORT:-8000}",
    "web: SELF names 127.0.0.1:3001, which is its own port outside of mono; here it is 19104. Write ${MONO_WEB_PORT_80:-3001}",
    "web: label url names [::1]:9000, which is api's port outside of mono; here it is 19101. Write ${MONO_API_PORT_90:-9000}",
    "web: build argument VITE_API names 0.0.0.0:8000, which is api's port outside of mono; here it is 19100. Write ${MONO_API_PORT:-8000}",
    "web: build argument DB names localhost:5432, which is db's port outside of mono; here it is 19102. Write ${MONO_DB_PORT:-5432}",
  ]);
  const model = { services: {}, "x-mono-addresses": straysToExtension(strays) };
  expect(straysOf(model)).toEqual(strays);
});

test.each<[string, Service]>([
  ["its own container port", { environment: { A: "localhost:3000 localhost:80" } }],
  [
    "where it listens",
    { command: ["--bind", "0.0.0.0:8000", "internal://0.0.0.0:9000"], environment: { ADDR: "0.0.0.0:9000" } },
  ],
  ["an exposed port", { expose: ["8000"], environment: { A: "localhost:8000" } }],
  ["a port of nobody", { environment: { A: "localhost:8001,localhost:80001" } }],
  ["another host", { environment: { A: "api:8000,x.localhost:8000,10.127.0.0.1:8000" } }],
  [
    "a port of the container whose network it is in",
    { network_mode: "service:db", ports: [], environment: { A: "localhost:5432" } },
  ],
])("no finding: %s", (_what, own) => {
  expect(found(own)).toEqual([]);
});
