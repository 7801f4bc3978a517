/** What is concluded from what tmux and the engines said. */
import { expect, test } from "bun:test";
import type { Environment } from "../environment/environment.ts";
import { judgeContainers, type SeenContainers, suspectEngines } from "./inspect-containers.ts";
import { judgeSession } from "./inspect-sessions.ts";

const engine = "context:default id=one";
const shop: Environment = {
  id: 1,
  name: "shop",
  path: "/w/shop",
  dockerProject: "mono-shop",
  phase: "ready",
  mark: "a1",
  engine,
};
const up = {
  id: "1",
  name: "web-1",
  owner: "a1",
  service: "web",
  state: "running",
  exitCode: 0,
  health: "none",
};

function engineWith(projects: Readonly<Record<string, readonly (typeof up)[]>> | undefined) {
  return new Map([[engine, projects && new Map(Object.entries(projects))]]);
}

test.each([
  ["the environment's session", { "mono-shop": "a1" }, { kind: "there", works: "all" }],
  ["another's session", { "mono-shop": "b2" }, { kind: "foreign" }],
  [
    "a session of an earlier version, and an environment of this one",
    { "mono-shop": "home" },
    { kind: "foreign" },
  ],
  ["a session without a mark", { "mono-shop": "" }, { kind: "foreign" }],
  ["another's session alone", { "mono-shop-2": "a1" }, { kind: "absent" }],
] as const)("%s", (_what, sessions, finding) => {
  expect(judgeSession(shop, new Map(Object.entries(sessions)), "home")).toEqual(finding);
});

test("an environment of an earlier version has sessions that name the home alone", () => {
  const old = { ...shop, mark: "old-a1" };
  const seen = judgeSession(old, new Map([["mono-shop", "home"]]), "home");
  expect(seen).toEqual({ kind: "there", works: "all" });
});

const none = new Set<string>();
const ran = new Map<string, readonly string[]>();
const noAnswer = { kind: "cannot tell", asked: "engine", reason: "the Docker engine does not answer" };
const another = {
  kind: "cannot tell",
  asked: "engine",
  reason: "another Docker engine answers in the place of its own",
};
const asleep: ReadonlySet<string> = new Set();
test.each<[string, SeenContainers, unknown]>([
  [
    "containers",
    { projects: engineWith({ "mono-shop": [up] }), replaced: none, ran, asleep },
    { kind: "there", works: "all" },
  ],
  [
    "containers that were put to sleep",
    {
      projects: engineWith({ "mono-shop": [{ ...up, state: "exited", exitCode: 137 }] }),
      replaced: none,
      ran,
      asleep: new Set(["shop"]),
    },
    { kind: "there", works: "asleep" },
  ],
  [
    "others' containers",
    { projects: engineWith({ other: [up] }), replaced: none, ran, asleep },
    { kind: "absent" },
  ],
  [
    "containers of another home in the project",
    { projects: engineWith({ "mono-shop": [{ ...up, owner: "b2" }] }), replaced: none, ran, asleep },
    { kind: "foreign" },
  ],
  [
    "containers without a mark in the project",
    { projects: engineWith({ "mono-shop": [{ ...up, owner: "" }] }), replaced: none, ran, asleep },
    { kind: "foreign" },
  ],
  ["no answer", { projects: engineWith(undefined), replaced: none, ran, asleep }, noAnswer],
  [
    "another engine's answer",
    { projects: engineWith({}), replaced: new Set([engine]), ran, asleep },
    another,
  ],
  [
    "containers on an engine with another id",
    { projects: engineWith({ "mono-shop": [up] }), replaced: new Set([engine]), ran, asleep },
    { kind: "there", works: "all" },
  ],
])("%s", (_what, seen, finding) => {
  expect(judgeContainers(shop, seen)).toEqual(finding as ReturnType<typeof judgeContainers>);
});

test("an environment of an earlier version has containers without a mark", () => {
  const projects = engineWith({ "mono-shop": [{ ...up, owner: "" }] });
  const finding = judgeContainers({ ...shop, mark: "old-a1" }, { projects, replaced: none, ran, asleep });
  expect(finding).toEqual({ kind: "there", works: "all" });
});

test("there is nothing to tell of the containers of an environment in simple mode", () => {
  const seen = { projects: engineWith(undefined), replaced: none, ran, asleep };
  expect(judgeContainers({ ...shop, dockerProject: null }, seen)).toBeUndefined();
});

test.each<[string, Environment, SeenContainers["projects"], readonly string[]]>([
  ["without containers", shop, engineWith({}), [engine]],
  ["with containers", shop, engineWith({ "mono-shop": [up] }), []],
  ["with another home's", shop, engineWith({ "mono-shop": [{ ...up, owner: "b2" }] }), [engine]],
  ["whose engine does not answer", shop, engineWith(undefined), []],
  ["that is being made", { ...shop, phase: "initializing" }, engineWith({}), []],
  ["in simple mode", { ...shop, dockerProject: null }, engineWith({}), []],
  ["whose engine has no id", { ...shop, engine: "context:x" }, new Map([["context:x", new Map()]]), []],
])("engines to ask who they are, for an environment %s", (_what, environment, projects, engines) => {
  expect(suspectEngines([environment], projects)).toEqual(engines);
});

test("an engine is asked once who it is, however many environments are on it", () => {
  const other = { ...shop, id: 2, name: "other", dockerProject: "mono-other" };
  expect(suspectEngines([shop, other], engineWith({}))).toEqual([engine]);
});
