/** The manual page says what `--help` says, and checkers of manual pages find nothing wrong with it. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { lines, repository } from "./support/world.ts";

const world = worldForEachTest();
const page = join(repository, "dist/mono.1");

/** On one line, and without marks: where lines end is the page's own matter. */
const flat = (text: string) => text.replace(/.[\b]/g, "").replace(/\s+/g, " ");

/** The lines below a heading of the help. */
function below(help: string, heading: string): readonly string[] {
  const start = help.indexOf(`\n${heading}\n`);
  return start === -1 ? [] : lines(help.slice(start + heading.length + 2).split("\n\n")[0] ?? "");
}

test("it has each command, flag, example and sentence of the help", async () => {
  const shown = flat((await world.call(["mandoc", "-T", "utf8", page])).stdout);
  const has = (text: string) => expect(shown).toContain(flat(text).trim());
  const all = (await world.ok(["--help"])).stdout;
  for (const heading of ["EXAMPLES", "ENVIRONMENT", "FILES", "EXIT STATUS"]) {
    expect(below(all, heading).length).toBeGreaterThan(2);
    has(heading);
    for (const line of below(all, heading)) has(line);
  }
  const commands = below(all, "COMMANDS").map((line) => line.trim().split(/ {2,}/));
  expect(commands.length).toBeGreaterThan(5);
  for (const [name = "", brief = ""] of commands) {
    has(brief);
    const help = `\n${(await world.ok([name, "--help"])).stdout}`;
    for (const usage of below(help, "USAGE").filter((line) => !line.endsWith("--help"))) has(usage);
    const description = help.split("\n\n")[1] ?? "";
    expect(description.length).toBeGreaterThan(50);
    has(description);
    for (const example of below(help, "EXAMPLES")) has(example);
    for (const line of below(help, "FLAGS").filter((one) => !/ --(help)? /.test(one))) {
      const [, letter, flag, text] = /^ *(-\w)? *(--[a-z-]+)(?: \S+)? {2,}(.*)$/.exec(line) ?? [];
      has(`${letter === undefined ? "" : `${letter}, `}${flag}`);
      has(text ?? line);
    }
  }
  for (const hidden of ["--interrupted", "--end", "__complete"]) expect(shown).not.toContain(hidden);
});

test("it carries the version, and a date", async () => {
  const shown = flat((await world.call(["mandoc", "-T", "utf8", page])).stdout);
  const version = (await world.ok(["--version"])).stdout.trim().split(" ")[0] ?? "";
  expect(shown).toMatch(
    new RegExp(` ${RegExp.escape(`mono ${version}`)} 20\\d\\d-\\d\\d-\\d\\d MONO\\(1\\) $`),
  );
});

test("nothing is wrong with it", async () => {
  const checked = await world.call(["mandoc", "-T", "lint", "-W", "warning", page]);
  expect(checked).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

test.skipIf(Bun.which("groff") === null)("nor does groff warn", async () => {
  const { exitCode, stderr } = await world.call(["groff", "-ww", "-man", "-T", "utf8", "-z", page]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});
