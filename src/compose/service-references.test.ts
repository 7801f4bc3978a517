import { expect, test } from "bun:test";
import type { Service } from "./model.ts";
import { withServiceReferences } from "./service-references.ts";

const names = new Map([
  ["my_db", "db"],
  ["my_cache", "cache"],
]);
/** The dependency that Compose derives from a reference. */
const started = { condition: "service_started", required: true };
const startedAndRestarted = { ...started, restart: true };

test.each<[string, Service, Service]>([
  [
    "a network mode",
    { network_mode: "container:my_db" },
    { network_mode: "service:db", depends_on: { db: startedAndRestarted } },
  ],
  [
    "a process and a memory mode",
    { pid: "container:my_db", ipc: "container:my_cache" },
    {
      pid: "service:db",
      ipc: "service:cache",
      depends_on: { db: startedAndRestarted, cache: startedAndRestarted },
    },
  ],
  [
    "volumes, with how they are mounted",
    { volumes_from: ["container:my_db:ro", "container:my_cache", "web"] },
    { volumes_from: ["db:ro", "cache", "web"], depends_on: { db: started, cache: started } },
  ],
  [
    "external links, by their alias or their name",
    { external_links: ["my_db:database", "my_cache", "foreign:redis"], links: ["web"] },
    {
      external_links: ["foreign:redis"],
      links: ["web", "db:database", "cache:my_cache"],
      depends_on: { db: startedAndRestarted, cache: startedAndRestarted },
    },
  ],
])("a reference to a container of the project becomes one to its service: %s", (_what, service, expected) => {
  expect(withServiceReferences(service, names)).toEqual(expected);
});

test.each<Service>([
  {},
  { network_mode: "host", pid: "host", ipc: "shareable" },
  { network_mode: "service:db", volumes_from: ["db"] },
  {
    network_mode: "container:foreign",
    volumes_from: ["container:foreign:ro"],
    external_links: ["foreign:x"],
  },
  { network_mode: "container:my_db_2" },
])("what refers to no container of the project stays as it is: %j", (service) => {
  expect(withServiceReferences(service, names)).toEqual(service);
});

test("a dependency that the file states is not changed", () => {
  const dependencies = { db: { condition: "service_healthy", required: true }, web: started };
  const service = { network_mode: "container:my_db", depends_on: dependencies };
  expect(withServiceReferences(service, names)["depends_on"]).toEqual(dependencies);
});
