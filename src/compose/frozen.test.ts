import { expect, test } from "bun:test";
import { freezeSecrets, freezeVariables, variablesOfSecrets } from "./frozen.ts";

const model = {
  services: {
    web: {
      configs: [{ source: "settings" }],
      secrets: [
        { source: "pw", target: "/run/secrets/pw" },
        { source: "file" },
        { source: "pw", target: "other", uid: "5", mode: "0400" },
      ],
    },
    app: { build: { secrets: [{ source: "pw" }] } },
  },
  configs: { settings: { name: "s", environment: "SETTINGS" }, plain: { file: "/w/plain" } },
  secrets: { pw: { environment: "PW" }, file: { file: "/w/secret" }, empty: { environment: "EMPTY" } },
};

test("secrets and configs have the values of their variables, and no variable any more", () => {
  const values: Record<string, string> = { PW: "p$w", SETTINGS: "a\n${b}", EMPTY: "" };
  expect(variablesOfSecrets(model)).toEqual(["SETTINGS", "PW", "EMPTY"]);
  const { model: frozen, files } = freezeSecrets(model, "/home", (_key, variable) => values[variable]);
  expect(frozen).toEqual({
    services: {
      web: {
        configs: [
          { source: "settings" },
          { source: "mono-secret-pw", target: "/run/secrets/pw" },
          { source: "mono-secret-pw", target: "/run/secrets/other", uid: "5", mode: "0400" },
        ],
        secrets: [{ source: "file" }],
      },
      app: model.services.app,
    },
    configs: {
      settings: { name: "s", content: "a\n$${b}" },
      plain: { file: "/w/plain" },
      "mono-secret-pw": { content: "p$$w" },
    },
    secrets: {
      pw: { file: "/home/secret-pw" },
      file: { file: "/w/secret" },
      empty: { file: "/home/secret-empty" },
    },
  });
  expect(files).toEqual([
    { name: "secret-pw", text: "p$w" },
    { name: "secret-empty", text: "" },
  ]);
});

test("a variable that nobody knows is left to Compose, which names it", () => {
  expect(freezeSecrets(model, "/home", () => undefined)).toEqual({ model, files: [] });
});

test("a variable without a value gets the environment's own, or goes", () => {
  const services = {
    web: {
      environment: { SET: "1", EMPTY: "", MONO_WEB_PORT: null, NPM_TOKEN: null },
      build: { args: { VERSION: null } },
      post_start: [{ command: ["a"], environment: { TOKEN: null } }],
    },
  };
  expect(freezeVariables({ services }, { MONO_WEB_PORT: "19100" }).services).toEqual({
    web: {
      environment: { SET: "1", EMPTY: "", MONO_WEB_PORT: "19100" },
      build: { args: {} },
      post_start: [{ command: ["a"], environment: {} }],
    },
  });
});
