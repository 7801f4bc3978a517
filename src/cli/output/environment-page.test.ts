import { expect, test } from "bun:test";
import type { DetailedEnvironment } from "../../operations/list-in-full.ts";
import { renderEnvironment } from "./environment-page.ts";
import { createStyle } from "./style.ts";

const now = Date.parse("2030-01-08T12:00:00Z");
const shop: DetailedEnvironment = {
  id: 1,
  name: "shop-paris",
  path: "/home/ann/shop/paris",
  dockerProject: "mono-shop-paris",
  phase: "ready",
  engine: "context:default",
  status: "partial",
  created: "2030-01-05T11:00:00Z",
  dataFolder: "/home/ann/.mono/data/shop-paris",
  volumes: ["mono-shop-paris_data", "mono-shop-paris_cache"],
  session: { name: "mono-shop-paris", clients: 0 },
  run: { state: "running", since: "2030-01-08T10:00:00Z", exitStatus: null },
  services: [
    {
      service: "db",
      container: "mono-shop-paris-db-1",
      state: "running",
      exitCode: null,
      health: "healthy",
      addresses: ["localhost:19100"],
    },
    {
      service: "web",
      container: "mono-shop-paris-web-1",
      state: "exited",
      exitCode: 3,
      health: "none",
      addresses: ["http://localhost:19101"],
    },
    { service: "mail", container: null, state: "absent", exitCode: null, health: "none", addresses: [] },
  ],
  shared: [{ subject: "service web", reason: "writes to /tmp, outside the workspace" }],
  addresses: [
    {
      service: "web",
      place: "API_URL",
      address: "localhost:5432",
      owner: "db",
      hostPort: 19_100,
      instead: "${MONO_DB_PORT:-5432}",
    },
  ],
};
const shown = (environment: DetailedEnvironment, isColoured = false) =>
  renderEnvironment(environment, { style: createStyle(() => isColoured), homeFolder: "/home/ann", now });

test("all that there is to see, in lines that a terminal of 80 columns holds", () => {
  expect(shown(shop)).toBe(`shop-paris  partial
  workspace  ~/shop/paris
  made       3d ago
  session    mono-shop-paris, nobody attached
  run        goes on, began 2h ago
  data       ~/.mono/data/shop-paris
  volumes    mono-shop-paris_data
             mono-shop-paris_cache
  shares     service web: writes to /tmp, outside the workspace
  wrong      web API_URL: localhost:5432, but db is at 19100 here

SERVICE  STATE              ADDRESS
db       running (healthy)  localhost:19100
web      exited (3)         http://localhost:19101
mail     absent
`);
});

test("without containers there are the facts alone", () => {
  const run = { state: "ended", since: "2030-01-08T11:59:00Z", exitStatus: 130 } as const;
  const simple = {
    ...shop,
    status: "stopped",
    services: [],
    volumes: [],
    shared: [],
    addresses: [],
    run,
  } as const;
  expect(shown({ ...simple, session: null })).toBe(`shop-paris  stopped
  workspace  ~/shop/paris
  made       3d ago
  session    none
  run        exited 130, 1m ago
  data       ~/.mono/data/shop-paris
`);
});

test("what is well is green, what is not is red, and what sleeps is neither", () => {
  const [green, red, yellow, dim] = [32, 31, 33, 2].map((code) => `\u001b[${code}m`);
  expect(shown(shop, true)).toContain(`${yellow}partial\u001b[0m`);
  expect(shown(shop, true)).toContain(`${green}running (healthy)`);
  expect(shown(shop, true)).toContain(`${red}exited (3)`);
  expect(shown({ ...shop, status: "asleep" }, true)).toContain(`${dim}exited (3)`);
});

test("names that a terminal would obey are shown, and not obeyed", () => {
  const path = "/home/ann/\u001b[2J";
  expect(shown({ ...shop, path })).not.toContain("\u001b");
});
