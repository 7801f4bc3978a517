import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  configFolder,
  engineIdOf,
  engineVariables,
  findEngineAddress,
  resolveEngine,
  selectEngine,
  withEngineId,
} from "./engine.ts";

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

test("an id comes back, and without one there is none", () => {
  expect(engineIdOf(withEngineId("context:far", "KTSR:YZGQ"))).toBe("KTSR:YZGQ");
  expect(engineIdOf(withEngineId("context:far", ""))).toBeUndefined();
  expect(engineIdOf(null)).toBeUndefined();
});

test("the default engine is named when something else is selected, with an id and without", () => {
  const env = { DOCKER_CONTEXT: "far", DOCKER_CONFIG: "/nowhere" };
  for (const engine of ["context:default", "context:default id=0d6a"]) {
    expect(selectEngine(env, engine)).toEqual({ DOCKER_CONFIG: "/nowhere", DOCKER_CONTEXT: "default" });
    expect(selectEngine({ DOCKER_CONFIG: "/nowhere" }, engine)).toEqual({ DOCKER_CONFIG: "/nowhere" });
  }
});

test("an empty DOCKER_CONFIG counts as unset, as docker has it: no file of the current folder is read in its place", () => {
  expect(configFolder({ DOCKER_CONFIG: "", HOME: "/home/ann" })).toBe("/home/ann/.docker");
});

describe("with a configuration", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mono-engine-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** An environment whose docker has this configuration. */
  function configured(configuration: object) {
    writeFileSync(join(folder, "config.json"), JSON.stringify(configuration));
    return { DOCKER_CONFIG: folder };
  }

  test("the current context is the engine, unless a variable selects one", () => {
    const env = configured({ currentContext: "far" });
    expect(resolveEngine(env)).toBe("context:far");
    expect(resolveEngine({ ...env, DOCKER_CONTEXT: "near" })).toBe("context:near");
    expect(resolveEngine({ ...env, DOCKER_CONTEXT: "near", DOCKER_HOST: "ssh://far" })).toBe(
      "host:ssh://far",
    );
    expect(resolveEngine(configured({}))).toBe("context:default");
    expect(resolveEngine(configured({ currentContext: "" }))).toBe("context:default");
  });

  test("an environment made on the default engine stays there when the current context has changed since", () => {
    const env = configured({ currentContext: "far" });
    expect(selectEngine(env, "context:default")).toEqual({ ...env, DOCKER_CONTEXT: "default" });
    expect(selectEngine(env, "context:near")).toEqual({ ...env, DOCKER_CONTEXT: "near" });
    const chosen = { ...env, DOCKER_HOST: "ssh://far", DOCKER_CONTEXT: "near" };
    expect(selectEngine(chosen, null)).toEqual(chosen);
    const back = configured({ currentContext: "default" });
    expect(selectEngine(back, "context:default")).toEqual(back);
  });

  test("a context has the address that docker has written down for it", () => {
    const env = configured({ currentContext: "far" });
    const meta = join(folder, "contexts/meta", new Bun.CryptoHasher("sha256").update("far").digest("hex"));
    expect(findEngineAddress(env)).toBeUndefined();
    mkdirSync(meta, { recursive: true });
    writeFileSync(
      join(meta, "meta.json"),
      JSON.stringify({ Endpoints: { docker: { Host: "tcp://far:1" } } }),
    );
    expect(findEngineAddress(env)).toBe("tcp://far:1");
    expect(findEngineAddress({ ...env, DOCKER_CONTEXT: "default" })).toBe("unix:///var/run/docker.sock");
    expect(findEngineAddress({ ...env, DOCKER_HOST: "ssh://near" })).toBe("ssh://near");
  });

  test("a configuration that is no JSON is an error that names the file", () => {
    writeFileSync(join(folder, "config.json"), "{");
    expect(() => resolveEngine({ DOCKER_CONFIG: folder })).toThrow(join(folder, "config.json"));
  });
});
