import { expect, test } from "bun:test";
import { configFolder, engineIdOf, engineVariables, withEngine, withEngineId } from "./engine.ts";

test.each([
  [null, {}],
  ["context:default", {}],
  ["context:default id=KTSR:YZGQ", {}],
  ["context:far", { DOCKER_CONTEXT: "far" }],
  ["context:far id=0d6a", { DOCKER_CONTEXT: "far" }],
  ["host:ssh://ann@far", { DOCKER_HOST: "ssh://ann@far" }],
  ["host:unix:///a folder/docker.sock id=0d6a", { DOCKER_HOST: "unix:///a folder/docker.sock" }],
])("the engine %p is selected by %p", (engine, variables) => {
  expect(engineVariables(engine)).toEqual(variables);
});

test("an id comes back, and none is none", () => {
  expect(engineIdOf(withEngineId("context:far", "KTSR:YZGQ"))).toBe("KTSR:YZGQ");
  expect(engineIdOf(withEngineId("context:far", ""))).toBeUndefined();
  expect(engineIdOf(null)).toBeUndefined();
});

test("the default engine is named when something else is selected, with an id and without", () => {
  const env = { DOCKER_CONTEXT: "far", DOCKER_CONFIG: "/nowhere" };
  for (const engine of ["context:default", "context:default id=0d6a"]) {
    expect(withEngine(env, engine)).toEqual({ DOCKER_CONFIG: "/nowhere", DOCKER_CONTEXT: "default" });
    expect(withEngine({ DOCKER_CONFIG: "/nowhere" }, engine)).toEqual({ DOCKER_CONFIG: "/nowhere" });
  }
});

test("an empty DOCKER_CONFIG is none, as to docker: no file of the current folder is read in its place", () => {
  expect(configFolder({ DOCKER_CONFIG: "", HOME: "/home/ann" })).toBe("/home/ann/.docker");
});
