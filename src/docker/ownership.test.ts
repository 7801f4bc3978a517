import { expect, test } from "bun:test";
import {
  anonymousVolumes,
  type Image,
  isComposes,
  judge,
  strangersTags,
  tagsOfMono,
  type Thing,
} from "./ownership.ts";

const owning = { project: "mono-shop", mark: "a1" };
const old = { project: "mono-shop", mark: "old-a1" };
const composes = {
  "com.docker.compose.project": "mono-shop",
  "com.docker.compose.service": "web",
  "com.docker.compose.container-number": "1",
  "com.docker.compose.config-hash": "f",
};

function container(name: string, labels: Readonly<Record<string, string>>, mayInherit = false): Thing {
  return { kind: "container", id: "1", image: "sha256:1", name, labels, mayInherit, volumes: [] };
}

function thing(kind: "network" | "volume", name: string, labels: Readonly<Record<string, string>>): Thing {
  return { kind, id: "1", image: "", name, labels, mayInherit: false, volumes: [] };
}

const ours = { ...composes, "mono.owner": "a1" };
const run = {
  ...ours,
  "com.docker.compose.container-number": "",
  "com.docker.compose.slug": "0771a0f8d44bb9a67edf",
};
const network = { "com.docker.compose.project": "mono-shop", "com.docker.compose.network": "default" };

test.each<[string, Thing, string, string]>([
  ["what up has made", container("mono-shop-web-1", ours), "ours", "another's"],
  ["what run has made, under any name", container("once", run), "ours", "another's"],
  ["another home's", container("mono-shop-web-1", { ...ours, "mono.owner": "b2" }), "another's", "another's"],
  ["nobody's, with the project's label", container("mono-shop-web-1", composes), "nobody's", "ours"],
  ["nobody's, under another name", container("keep", composes), "nobody's", "nobody's"],
  ["of a committed image", container("keep", ours, true), "nobody's", "another's"],
  [
    "of a committed image that the service uses",
    container("mono-shop-web-1", ours, true),
    "ours",
    "another's",
  ],
  ["while it is replaced", container("0123456789ab_mono-shop-web-1", ours, true), "ours", "another's"],
  ["of run, of such an image", container("mono-shop-web-run-0771a0f8d44b", run, true), "ours", "another's"],
  ["a number that it has not", container("mono-shop-web-2", ours, true), "nobody's", "another's"],
  [
    "a network",
    thing("network", "mono-shop_default", { ...network, "mono.owner": "a1" }),
    "ours",
    "another's",
  ],
  ["a network without a mark", thing("network", "mono-shop_default", network), "nobody's", "ours"],
  ["a network without any label", thing("network", "mono-shop_default", {}), "nobody's", "nobody's"],
  [
    "a volume with a name of its own",
    thing("volume", "kept", { ...network, "mono.owner": "a1" }),
    "ours",
    "another's",
  ],
  ["a claim", thing("volume", "mono-claim-ports-1", { "mono.owner": "a1" }), "ours", "another's"],
])("%s", (_, candidate, verdict, ofOldRow) => {
  expect<string[]>([judge(candidate, owning), judge(candidate, old)]).toEqual([verdict, ofOldRow]);
});

test("Compose takes a container for its own by its hash, and a network or volume by the project's label", () => {
  const { "com.docker.compose.config-hash": _, ...plain } = composes;
  const candidates = [
    container("a", composes),
    container("b", plain),
    thing("volume", "c", network),
    thing("volume", "d", {}),
  ];
  expect(candidates.filter((one) => isComposes(one, "mono-shop")).map(({ name }) => name)).toEqual([
    "a",
    "c",
  ]);
});

test("anonymous volumes go with their containers, and none that a person has named", () => {
  const [own, mine, given] = ["a", "b", "c"].map((digit) => digit.repeat(64));
  if (own === undefined || mine === undefined || given === undefined) throw new Error("three names");
  const service = { ...container("a", composes), volumes: [own, mine, "mono-shop_data"] };
  const ran = container("b", { ...composes, "com.docker.compose.slug": "1f2e" });
  expect(anonymousVolumes([service, { ...ran, volumes: [given] }], new Set([mine]))).toEqual([own]);
});

const web = { "com.docker.compose.project": "mono-shop", "com.docker.compose.service": "web" };

const classic = { "com.docker.compose.project": "mono-shop" };

test.each<[string, Image, readonly string[], readonly string[]]>([
  [
    "a built one",
    { id: "1", tags: ["mono-shop-web:latest"], labels: { ...web, "mono.image": "a1" } },
    ["mono-shop-web:latest"],
    [],
  ],
  [
    "with a tag of the person's beside it",
    { id: "1", tags: ["mono-shop-web:latest", "web:1.0"], labels: { ...web, "mono.image": "a1" } },
    ["mono-shop-web:latest"],
    [],
  ],
  [
    "one that was built from it",
    { id: "1", tags: ["derived:latest"], labels: { ...web, "mono.image": "a1" } },
    [],
    [],
  ],
  ["without a mark", { id: "1", tags: ["mono-shop-web:latest"], labels: web }, [], ["mono-shop-web:latest"]],
  [
    "another home's",
    { id: "1", tags: ["mono-shop-web:latest"], labels: { ...web, "mono.image": "b2" } },
    [],
    [],
  ],
  [
    "one of the classic builder, which names no service",
    {
      id: "1",
      tags: ["mono-shop-web-1f2e3d4c:latest", "mono-shop-mine:latest"],
      labels: { ...classic, "mono.image": "a1", "mono.tag": "mono-shop-web-1f2e3d4c:latest" },
    },
    ["mono-shop-web-1f2e3d4c:latest"],
    [],
  ],
  [
    "one of the classic builder and of a version without marks",
    { id: "1", tags: ["mono-shop-web:latest", "web:1.0"], labels: classic },
    [],
    ["mono-shop-web:latest"],
  ],
  ["without a tag", { id: "1", tags: [], labels: { ...web, "mono.image": "a1" } }, [], []],
])("the tags that mono gave to an image: %s", (_, image, tags, ofOldRow) => {
  expect([tagsOfMono(image, owning), tagsOfMono(image, old)]).toEqual([tags, ofOldRow]);
});

test("an image in the place of a built one is a stranger's unless it has the mark", () => {
  const image = (labels: Readonly<Record<string, string>>): Image => ({
    id: "1",
    tags: ["mono-shop-web:latest", "web:1.0"],
    labels,
  });
  const tags = ["mono-shop-web:latest"];
  expect(strangersTags(image({ ...web, "mono.image": "a1" }), owning)).toEqual([]);
  expect(strangersTags(image({ ...web, "mono.image": "b2" }), owning)).toEqual(tags);
  expect(strangersTags(image(web), owning)).toEqual(tags);
  expect(strangersTags(image(web), old)).toEqual([]);
});
