import { expect, test } from "bun:test";
import fc from "fast-check";
import { callersEnviron, composeVariables } from "./child-environ.ts";

const home = "/home/ann/.mono";
const composeFile = `${home}/environments/shop/docker-compose.mono.yml`;

test("what belongs to another environment is not handed on", () => {
  const env = {
    PATH: "/bin",
    MONO_HOME: home,
    MONO_ENV_NAME: "shop",
    MONO_WEB_PORT: "19100",
    COMPOSE_FILE: composeFile,
    COMPOSE_PROJECT_NAME: "mono-shop",
    COMPOSE_PROFILES: "dev",
  };
  expect(callersEnviron(env)).toEqual({ PATH: "/bin", MONO_HOME: home });
});

test.each([
  { COMPOSE_FILE: "compose.dev.yml", COMPOSE_PROJECT_NAME: "mine" },
  { COMPOSE_PROJECT_NAME: "mine", COMPOSE_PROFILES: "dev" },
  { MONOREPO: "1", MY_MONO_VARIABLE: "2" },
  { MONO_LICENSE_KEY: "1", MONO_REPO_PORT: "2" },
])("the caller's own %o is handed on", (env) => {
  expect(callersEnviron(env)).toEqual(env);
});

test("the variables for a bare docker compose are those that are taken away again", () => {
  const variables = composeVariables("mono-shop", composeFile);
  expect(variables).toEqual({ COMPOSE_PROJECT_NAME: "mono-shop", COMPOSE_FILE: composeFile });
  const withProfiles = composeVariables("mono-shop", composeFile, ["dev", "debug"]);
  expect(withProfiles).toEqual({ ...variables, COMPOSE_PROFILES: "dev,debug" });
  expect(callersEnviron(withProfiles)).toEqual({});
  expect(callersEnviron({ ...variables, HOME: "/home/ann" })).toEqual({ HOME: "/home/ann" });
});

test("a person's MONO_ variables stay also where they call from inside an environment", () => {
  const env = { MONO_ENV_NAME: "shop", MONO_WEB_PORT: "1", MONO_WEB_PORT_53_UDP: "2", MONO_WEB_URL: "3" };
  expect(callersEnviron({ ...env, MONO_LICENSE_KEY: "4" })).toEqual({ MONO_LICENSE_KEY: "4" });
});

test("nothing is changed or added, whatever the environment", () => {
  const name = fc.oneof(
    fc.string(),
    fc.string().map((text) => `MONO_${text}`),
    fc.constantFrom("COMPOSE_FILE", "MONO_ENV_NAME", "MONO_DATA_DIR"),
  );
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), (env) => {
      const left = Object.entries(callersEnviron(env));
      const isMonos = (key: string) => /^MONO_(ENV_NAME|DATA_DIR)$/.test(key);
      expect(left).toEqual(Object.entries(env).filter(([key]) => !isMonos(key)));
    }),
  );
});
