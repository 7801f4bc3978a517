import { expect, test } from "bun:test";
import fc from "fast-check";
import { toDotenv, toFishText, toShellExports, toShellText } from "./variables-text.ts";

test("an export line looks as a person would write it", () => {
  expect(toShellExports({ MONO_ENV_NAME: "shop", MONO_ENV_PATH: '/w/a "b" $c' })).toBe(
    'export MONO_ENV_NAME="shop"\nexport MONO_ENV_PATH="/w/a \\"b\\" \\$c"\n',
  );
});

const shells = ["sh", "dash", "bash", "zsh"].filter((shell) => Bun.which(shell) !== null);

test.each(shells)("%s evaluates the exports back to the same bytes", (shell) => {
  const value = fc.oneof(
    fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "")),
    fc.string({ unit: fc.constantFrom("\\", '"', "'", "$", "`", "!", "\n", "\r", "(", ")", "~", " ", "a") }),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      const names = values.map((_, index) => `MONO_V${index}`);
      const exports = toShellExports(
        Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""])),
      );
      const print = names.map((name) => `printf '%s\\0' "$${name}"`).join("\n");
      const { stdout } = Bun.spawnSync([shell, "-c", `${exports}${print}`], { env: { LC_ALL: "C.UTF-8" } });
      expect(stdout.toString()).toBe(values.map((text) => `${text}\0`).join(""));
    }),
  );
});

test.skipIf(Bun.which("fish") === null)("fish evaluates its lines back to the same bytes", () => {
  const text = `a \\ ' " $HOME (pwd) \n\t*~{x,y} \\' end`;
  const script = `${toFishText({ MONO_V: text, MONO_ENV_NAME: "two" }, { MONO_ENV_NAME: "one", MONO_OLD_PORT: "1" })}printf '%s|%s' "$MONO_V" "$MONO_OLD_PORT"`;
  const env = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", MONO_OLD_PORT: "1" };
  expect(Bun.spawnSync(["fish", "--no-config", "-c", script], { env }).stdout.toString()).toBe(`${text}|`);
});

test("lines of a .env file are quoted only where they have to be", () => {
  const variables = { A: "http://localhost:19100/x", B: "/w/a b#$c", C: `it's "$x" \\`, D: "a\nb", E: "" };
  expect(toDotenv(variables)).toBe(
    `A=http://localhost:19100/x\nB='/w/a b#$c'\nC="it's \\"\\$x\\" \\\\"\nD="a\\nb"\nE=''\n`,
  );
});

const compose = { COMPOSE_FILE: "/h/environments/one/docker-compose.mono.yml", COMPOSE_PROFILES: "x" };
const one = { MONO_ENV_NAME: "one", MONO_ENV_PATH: "/w/one" };
const two = { MONO_ENV_NAME: "two", MONO_ENV_PATH: "/w/two" };
const before = {
  ...one,
  ...compose,
  MONO_OLD_URL: "x",
  WEB_PORT: "1",
  MONO_ENV_VARIABLES: "WEB_PORT",
  EDITOR: "vi",
};

test.each<[string, Record<string, string>, Record<string, string>, string[]]>([
  [
    "another environment",
    before,
    two,
    ["COMPOSE_FILE", "COMPOSE_PROFILES", "MONO_ENV_VARIABLES", "MONO_OLD_URL", "WEB_PORT"],
  ],
  ["the same", before, one, ["MONO_OLD_URL"]],
  [
    "the same with all",
    before,
    { ...one, COMPOSE_FILE: "/h/environments/one/docker-compose.mono.yml" },
    ["COMPOSE_PROFILES", "MONO_ENV_VARIABLES", "MONO_OLD_URL", "WEB_PORT"],
  ],
  [
    "a COMPOSE_FILE of the person's",
    { ...before, COMPOSE_FILE: "dev.yml" },
    two,
    ["MONO_ENV_VARIABLES", "MONO_OLD_URL", "WEB_PORT"],
  ],
  ["a shell without any", { ...compose, WEB_PORT: "1" }, two, []],
])("what is left of the one before is unset: %s", (_what, env, variables, names) => {
  const unset = toShellText(variables, env).match(/(?<=^unset ).*$/gm) ?? [];
  expect([...unset]).toEqual(names);
});
