/** The linter, the picture in docs/architecture.md and the folders of src/ have the same layers. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { layerRules, layers, rulesFile } from "../scripts/layers.ts";

const repository = join(import.meta.dir, "..");

test("the linter's rules are those of the list: npm run layers", () => {
  expect(readFileSync(rulesFile, "utf8")).toBe(layerRules());
});

test("every folder of src/ is a layer", () => {
  const folders = readdirSync(join(repository, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(folders.toSorted()).toEqual(layers.filter((layer) => layer !== "main.ts").toSorted());
});

test("the picture of the layers has them in the same order", () => {
  const page = readFileSync(join(repository, "docs", "architecture.md"), "utf8");
  const picture = page.slice(page.indexOf("```") + 3).split("```")[0] ?? "";
  const drawn = [...picture.matchAll(/^(\S+?)\/? {2,}\S/gm)].map(([, layer]) => layer);
  expect(drawn).toEqual(["entry.ts", ...layers]);
});
