/** What mono says of itself, and of command lines that it does not understand. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { lines, repository } from "./support/world.ts";

const world = worldForEachTest();

/** The commands as the help of all of them lists them, with their briefs. */
async function commands(): Promise<readonly (readonly [string, string])[]> {
  const { stdout } = await world.ok(["--help"]);
  const listed = lines(stdout.slice(stdout.indexOf("\nCOMMANDS\n") + "\nCOMMANDS\n".length));
  return listed.map((line) => {
    const [name = "", ...brief] = line.trim().split(/ {2,}/);
    return [name, brief.join("  ")] as const;
  });
}

describe("help", () => {
  test("mono alone says how it is used, on one small screen", async () => {
    const { stdout, stderr } = await world.ok([]);
    expect(stderr).toBe("");
    expect(stdout.split("\n").length).toBeLessThanOrEqual(24);
    for (const line of lines(stdout)) expect(line.length).toBeLessThanOrEqual(100);
    const all = await commands();
    expect(all.length).toBeGreaterThan(5);
    for (const [name, brief] of all)
      expect(stdout).toMatch(new RegExp(`^  ${name} +${RegExp.escape(brief)}$`, "m"));
    expect(stdout).toContain("mono <command> --help");
  });

  test("of each command, by flag or by word, with an example that begins with it", async () => {
    for (const [name] of await commands()) {
      const { stdout } = await world.ok([name, "--help"]);
      const examples = stdout.slice(stdout.indexOf("\nEXAMPLES\n"), stdout.indexOf("\nFLAGS\n"));
      expect(examples).toContain(`mono ${name}`);
      for (const args of [
        ["help", name],
        [name, "-h"],
      ])
        expect((await world.ok(args)).stdout).toBe(stdout);
    }
    const all = (await world.ok(["--help"])).stdout;
    for (const args of [["help"], ["help", "help"]]) expect((await world.ok(args)).stdout).toBe(all);
  });

  test("says its version", async () => {
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    expect((await world.ok(["--version"])).stdout.trim().split(" (")[0]).toBe(version);
  });
});

describe("a wrong command line is one message and one hint", () => {
  test.each([
    [["ini"], "unknown command ini", "did you mean mono init? mono --help shows all commands"],
    [["quux"], "unknown command quux", "mono --help shows all commands"],
    [["help", "quux"], "unknown command quux", "mono --help shows all commands"],
    [["-x"], "unknown flag -x", "the flags of a command come after it: see mono --help"],
    [["--force", "destroy"], "unknown flag --force", "the flags of a command come after it: see mono --help"],
    [
      ["init", "--strickt"],
      "unknown flag --strickt",
      "did you mean --strict? mono init --help shows how to call it",
    ],
    [["init", "--no-strict"], "unknown flag --no-strict", /did you mean --strict\?/],
    [["run", "-fx"], "unknown flag -x", "mono run --help shows how to call it"],
    [["destroy", "--interrupte"], "unknown flag --interrupte", "mono destroy --help shows how to call it"],
    [
      ["init", "--strict=maybe"],
      '--strict takes no value, but got "maybe"',
      "mono init --help shows how to call it",
    ],
    [["list", "one", "extra"], 'mono list takes one argument, but got another one: "extra"', /^quote a path/],
    [["vars", "a", "b"], 'mono vars takes one argument, but got another one: "b"', /^quote a path/],
    [["run", "-ff"], "--follow is given twice", "mono run --help shows how to call it"],
    [["exec", "-s"], "--service needs a value", "mono exec --help shows how to call it"],
    [["exec", ".", "ls"], /but got another one: "ls"$/, /^write the command after two dashes/],
    [["exec", "."], "no command given", /^write it after two dashes/],
    [["init", "--", "--strict"], /^no such folder: .*--strict$/, /^check its spelling/],
    [["logs", "-n3", "."], "unknown flag -n3", "mono logs --help shows how to call it"],
    [["logs", "--tail=", "."], "unknown flag --tail=", /^did you mean --tail\?/],
    [["init", "--x"], "unknown flag --x", /^mono init --help/],
    [["exec", "-5", "--", "-5"], "unknown flag -5", /^mono exec --help/],
    [
      ["logs", "-n", "-1"],
      '--tail does not take "-1": it takes a number of lines, or all',
      /^mono logs --help/,
    ],
    [["logs"], /^no workspace given, and .* is in none/, /^name a folder or an environment/],
    [["init"], "no workspace given", /^name its folder/],
    [["vars", "\u001b[2J", "\u001b]0;x\u0007"], /got another one: "\ufffd\]0;x\ufffd"$/, /^quote/],
  ])("%j", async (args, message, hint) => {
    const { exitCode, stdout, stderr } = await world.mono(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    const [first = "", second = "", ...more] = lines(stderr);
    expectLine(first, "✗ ", message);
    expectLine(second, "↳ ", hint);
    expect(more).toEqual([]);
  });
});

function expectLine(line: string, mark: string, expected: string | RegExp): void {
  expect(line.slice(0, mark.length)).toBe(mark);
  if (typeof expected === "string") expect(line.slice(mark.length)).toBe(expected);
  else expect(line.slice(mark.length)).toMatch(expected);
}
