/** Compose files with damage, in their text and in their tree. */
import fc from "fast-check";
import { stringify } from "yaml";
import { companions, models, runningModel } from "./compose-models.ts";
import type { Files } from "./input.ts";
import { damagedText, damagedTree, type Tree } from "./mutations.ts";

const keys = fc.constantFrom(
  ...[
    ["web", "Web", "web_1", "web-1", "web.1", "db", "a", "1", "_", ".", "-", "é", "", "a b", "x".repeat(70)],
    ["x".repeat(260), "__proto__", "constructor", "toString", "hasOwnProperty", "x-more", "default", "back"],
    ["name", "ports", "networks", "volumes", "image", "build", "external", "driver", "target", "published"],
  ].flat(),
);

/** No path outside the workspace, and no image that exists: whatever the numbers are, no containers start. */
const leaf: fc.Arbitrary<Tree> = fc.oneof(
  fc.constantFrom<Tree>(
    null,
    true,
    false,
    0,
    -1,
    1,
    101,
    0.5,
    8080,
    70_000,
    1e21,
    "",
    " ",
    [],
    {},
    [null],
    [[]],
  ),
  fc.constantFrom<Tree>(
    "x",
    "é",
    "a b",
    "a:b",
    "a:b:c",
    "\u0000",
    "\u001b[1m",
    "$",
    "$$",
    "${X}",
    "${X",
    "${X:?no}",
  ),
  fc.constantFrom<Tree>(
    "default",
    "web",
    "db",
    "shop-db",
    "host",
    "none",
    "service:web",
    "container:shop-db",
  ),
  fc.constantFrom<Tree>(
    "10.231.0.0/24",
    "fd00::/64",
    "10.231.0.5",
    "1h",
    "-1s",
    "1e9",
    "2024-01-01",
    "64M",
    "-1",
  ),
  fc.constantFrom<Tree>(
    { name: "a" },
    { external: true },
    { a: null },
    [{}],
    { ["__proto__"]: null },
    "x".repeat(300),
  ),
);
const port: fc.Arbitrary<Tree> = fc.oneof(
  fc.constantFrom<Tree>(
    "0",
    "0:0",
    "80:0",
    "0:80",
    "70000",
    "70000:80",
    "80:70000",
    "80-10:80",
    "80-81:90-99",
  ),
  fc.constantFrom<Tree>(
    "1-200:1-200",
    "1-200",
    "1-65535:1-65535",
    "8080:80/sctp",
    "80/x",
    "::1:80:80",
    "[::1]:80:80",
  ),
  fc.constantFrom<Tree>(
    "127.0.0.1::80",
    "127.0.0.1:80",
    "a:b",
    "80:80:80:80",
    "8000-8003:80",
    ":",
    "-",
    "80:",
    ":80",
  ),
  fc.record(
    {
      target: fc.constantFrom<Tree>(80, 0, 70_000, -1, "80", "80-82", "x", null),
      published: fc.constantFrom<Tree>(
        "80",
        80,
        "abc",
        "8000-",
        "-1",
        "1e3",
        " 80 ",
        "90-80",
        "",
        "1-200",
        "0",
        null,
      ),
      protocol: fc.constantFrom<Tree>("tcp", "udp", "sctp", "TCP", "x", ""),
      mode: fc.constantFrom<Tree>("host", "ingress", "x"),
      host_ip: fc.constantFrom<Tree>("", "127.0.0.1", "::", "[::1]", "0.0.0.0", "x", "10.231.0.300"),
    },
    { requiredKeys: [] },
  ),
);
const manyPorts = fc
  .constantFrom(60, 100, 101)
  .map((count): Tree => Array.from({ length: count }, (_, n) => String(n + 1)));
const value = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 2, arbitrary: port },
  { weight: 1, arbitrary: fc.array(port, { maxLength: 4 }) },
  { weight: 1, arbitrary: manyPorts },
);

const anyModel = fc.constantFrom(...models);
const asFile = (text: string): Files => ({ ...companions, "compose.yml": text });
const written = (tree: Tree) => stringify(tree, { aliasDuplicateObjects: false });

/** Without `build`, whose context a damaged text could move to anywhere. */
const withoutBuilds = models.filter((model) => !JSON.stringify(model).includes('"build"'));
export const damagedComposeText: fc.Arbitrary<Files> = damagedText(
  fc
    .tuple(fc.constantFrom(...withoutBuilds), fc.boolean())
    .map(([tree, isJson]) => (isJson ? JSON.stringify(tree, null, 1) : written(tree))),
).map(asFile);

export const damagedComposeTree: fc.Arbitrary<Files> = damagedTree(anyModel, value, keys).map((tree) =>
  asFile(written(tree)),
);

const names = fc.constantFrom(
  ...["web", "Web", "web-1", "web_1", "web.1", "1", "_", "-", "."].concat("constructor", "x".repeat(200)),
);
const strings = (...texts: readonly string[]) => fc.constantFrom<Tree>(...texts);
/** What Compose accepts, even where no engine would: it hardly validates the long form. */
const acceptedPort = fc.oneof(
  strings(
    "80",
    "8080:80",
    "53:53/udp",
    "80-85:80-85",
    "127.0.0.1:80:80",
    "[::1]:80:80",
    "0:80",
    "90-99:80",
    "1-200:1-200",
  ),
  fc.record(
    {
      target: fc.constantFrom<Tree>(80, 81, 0, 70_000),
      published: strings(
        "80",
        "abc",
        "8000-",
        "-1",
        "1e3",
        " 80 ",
        "90-80",
        "",
        "1-200",
        "0",
        "70000",
        "65535",
        "80-80",
      ),
      protocol: strings("tcp", "udp", "sctp", "TCP", "x"),
      mode: strings("host", "ingress", "x"),
      host_ip: strings("", "127.0.0.1", "::", "[::1]", "0.0.0.0", "x", "10.231.0.300"),
    },
    { requiredKeys: ["target"] },
  ),
);

/** Ports alone: they are what mono computes with. */
export const oddPorts: fc.Arbitrary<Files> = fc
  .dictionary(
    names,
    fc.record(
      {
        ports: fc.oneof(
          { weight: 5, arbitrary: fc.array(acceptedPort, { maxLength: 4 }) },
          { weight: 1, arbitrary: fc.array(port, { maxLength: 4 }) },
          { weight: 1, arbitrary: manyPorts },
        ),
        scale: fc.constantFrom<Tree>(0, 1, 2, 60, 101),
        deploy: fc.constantFrom<Tree>({ replicas: 0 }, { replicas: 3 }, { replicas: 101 }, {}),
        container_name: strings("web", "other"),
      },
      { requiredKeys: ["ports"] },
    ),
    { minKeys: 1, maxKeys: 3 },
  )
  .map((services) => {
    const imageless = { image: "127.0.0.1:1/none:none", pull_policy: "never" };
    const entries = Object.entries(services).map(([name, service]) => [name, { ...imageless, ...service }]);
    return asFile(JSON.stringify({ services: Object.fromEntries(entries) }));
  });

export const runningFiles: Files = {
  "compose.yml": written(runningModel),
  "mono.yml": "scripts: {run: 'true', destroy: 'echo x'}\n",
};
