/** Every key that Compose knows: what docs/compose-keys.md says of it, and that it arrives as it says. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { freezeSecrets, freezeVariables } from "../src/compose/frozen.ts";
import { privateDocument, verifyGenerated, withProjectNames } from "../src/compose/generated-file.ts";
import { printDocument } from "../src/compose/document.ts";
import { isMapping } from "../src/compose/model.ts";
import { privatize } from "../src/compose/privatize.ts";
import { composeConfig } from "../src/docker/compose-calls.ts";
import { specificationKeys } from "./support/compose-schema.ts";
import { oldCompose } from "./support/each-compose.ts";
import { repository, writeFiles } from "./support/world.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";

const folder = join(repository, "test/compose-keys");
const world = worldForEachTest();

/** The plugins whose schemas count. */
const plugins = [
  join(process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"), "cli-plugins/docker-compose"),
  "/usr/libexec/docker/cli-plugins/docker-compose",
  "/usr/lib/docker/cli-plugins/docker-compose",
  oldCompose,
].filter((plugin) => existsSync(plugin));

/** What the table says of each key. */
const table = new Map(
  readFileSync(join(repository, "docs/compose-keys.md"), "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, key = "", handling = ""] = /^\| `([^`]*)` \| ([a-z ]+) \|/.exec(line) ?? [];
      return key === "" ? [] : [[key, handling] as const];
    }),
);

/** The paths of all keys in some data, names as `*` where `isKey` does not know them. */
function pathsIn(value: unknown, isKey: (path: string) => boolean, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, isKey, `${path}[]`));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = path === "" ? key : `${path}.${key}`;
    const name = isKey(known) ? known : `${path}.*`;
    return [name, ...pathsIn(inner, isKey, name)];
  });
}

test.each(plugins)("the table names each key of the schema in %s", (plugin) => {
  const keys = specificationKeys(plugin);
  expect(keys.length).toBeGreaterThan(300);
  expect(keys.filter((key) => !table.has(key))).toEqual([]);
});

test("the file has every key of the table", () => {
  const paths = new Set(
    pathsIn(parse(readFileSync(join(folder, "compose.yaml"), "utf8")), (path) => table.has(path)),
  );
  expect([...table.keys()].filter((key) => !paths.has(key))).toEqual([]);
});

test("the private file of every key is read as Compose has read the original, and what passes through is in it", async () => {
  const call = { env: { ...world.env, SETTINGS: "set$", TOKEN: "tok" }, cwd: folder };
  const project = "mono-every";
  const { document, model } = await composeConfig(call, project, []);
  const frozen = freezeSecrets(model, "/secrets", (_key, variable) => call.env[variable as "TOKEN"]);
  const made = privatize(frozen.model, {
    project,
    id: 1,
    order: Object.keys(model.services),
    previous: undefined,
    directory: folder,
  });
  const meant = freezeVariables(made, {});
  writeFiles(world.folder, { "private.yaml": printDocument(privateDocument({ document, model }, meant)) });
  const read = await composeConfig({ ...call, cwd: world.folder }, project, [
    "-f",
    join(world.folder, "private.yaml"),
  ]);
  verifyGenerated(privateDocument({ document, model }, withProjectNames(meant)), read, 1);

  const isKey = (path: string) => table.has(path);
  const before = new Set(pathsIn(model, isKey));
  const after = new Set(pathsIn(read.model, isKey));
  const passing = [...table].filter(([, handling]) => handling === "passed through").map(([key]) => key);
  expect(passing.filter((key) => before.has(key) && !after.has(key))).toEqual([]);
  // What Compose itself leaves out is not mono's to carry.
  expect(passing.filter((key) => !before.has(key))).toMatchInlineSnapshot(`
    [
      "configs.*.external",
      "networks.*.ipam.options",
      "secrets.*.driver",
      "secrets.*.driver_opts",
      "secrets.*.external",
      "services.*.pull_refresh_after",
    ]
  `);
});
