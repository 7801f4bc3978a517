import { expect, test } from "bun:test";
import { withMarks } from "./marked.ts";
import type { ComposeModel } from "./model.ts";

const model: ComposeModel = {
  services: {
    web: { build: { context: "." }, labels: { mine: "1", "mono.owner": "forged" } },
    db: { image: "db" },
  },
  networks: { default: null, outside: { external: true } },
  volumes: { data: { labels: { mine: "1" } } },
};
const image = { "mono.image": "a1", "mono.tag": "mono-a-web:latest" };
const labels = { "mono.owner": "a1", "mono.home": "home-h", "mono.ports": "19100" };

test("all that is private gets the marks, beside its own labels; an image another one", () => {
  const marked = withMarks(model, undefined, {
    project: "mono-a",
    owner: "a1",
    home: "h",
    firstPort: 19_100,
  });
  expect(marked).toEqual({
    services: {
      web: { build: { context: ".", labels: image }, labels: { mine: "1", ...labels } },
      db: { image: "db", labels },
    },
    networks: { default: { labels }, outside: { external: true } },
    volumes: { data: { labels: { mine: "1", ...labels } } },
  });
});

test("volumes and networks of a version without marks stay as they are, and new ones get marks", () => {
  const marks = { project: "mono-a", owner: "old-a1", home: "h", firstPort: 19_100 };
  const owner = (things: ComposeModel["volumes"], key: string) =>
    (things?.[key]?.["labels"] as Record<string, string> | undefined)?.["mono.owner"];
  const unknown = withMarks(model, undefined, marks);
  expect([owner(unknown.volumes, "data"), owner(unknown.networks, "default")]).toEqual([
    undefined,
    undefined,
  ]);
  const previous = { ...model, networks: {} };
  const known = withMarks(model, previous, marks);
  expect([owner(known.volumes, "data"), owner(known.networks, "default")]).toEqual([undefined, "old-a1"]);
  // What has a mark keeps it.
  expect(withMarks(model, known, marks).networks?.["default"]).toEqual(known.networks?.["default"] ?? null);
  expect(known.services["db"]?.["labels"]).toEqual({ ...labels, "mono.owner": "old-a1" });
});
