import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type SessionCommand, thisSession, toSourceText } from "./source-text.ts";

test("a command is a line, its arguments are quoted, and the session is its exact target", () => {
  const commands = [
    { name: "set-environment", args: ["-t", thisSession, "GREETING", 'say "hi" for $5 ~ C:\\'] },
    { name: "new-window", args: [] },
    { name: "set-option", args: ["", "one\ntwo\r"] },
  ];
  expect(toSourceText("=mono-shop:", commands)).toBe(
    [
      String.raw`set-environment "-t" "=mono-shop:" "GREETING" "say \"hi\" for \$5 \~ C:\\"`,
      "new-window",
      String.raw`set-option "" "one\ntwo\r"`,
      "",
    ].join("\n"),
  );
});

test("no commands are no text", () => {
  expect(toSourceText("=mono-shop:", [])).toBe("");
});

test("each command is one line, whatever its arguments hold", () => {
  const argument = fc.string({ unit: fc.constantFrom("\n", "\r", '"', "\\", "a") });
  fc.assert(
    fc.property(fc.array(fc.array(argument)), (commands) => {
      const text = toSourceText(
        "=s:",
        commands.map((args) => ({ name: "set-option", args })),
      );
      expect(text.split("\n")).toHaveLength(commands.length + 1);
    }),
  );
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-tmux-"));
});
afterEach(() => {
  tmux(["kill-server"]);
  rmSync(folder, { recursive: true, force: true });
});

/** Calls a tmux server of this test's own. */
function tmux(args: readonly string[], input = "") {
  const argv = ["tmux", "-S", join(folder, "socket"), "-f", "/dev/null", ...args];
  return Bun.spawnSync(argv, { stdin: Buffer.from(input) });
}

/** The values that a window of the session finds in its environment, after tmux has read them from a source text. */
function throughTmux(values: readonly string[]): string[] {
  const variables = values.map((value, index): SessionCommand => {
    return { name: "set-environment", args: ["-t", thisSession, `VALUE_${index}`, value] };
  });
  const file = join(folder, "environment");
  rmSync(file, { force: true });
  // The window tells the server when it is done, which `wait-for` waits for.
  const script = `env -0 > '${file}'; tmux -S '${join(folder, "socket")}' wait-for -S done`;
  const window = { name: "new-window", args: ["-t", thisSession, "sh", "-c", script] };
  const { exitCode, stderr } = tmux(["source-file", "-"], toSourceText("=values:", [...variables, window]));
  expect(stderr.toString()).toBe("");
  expect(exitCode).toBe(0);
  tmux(["wait-for", "done"]);
  expect(existsSync(file)).toBe(true);
  const found = readFileSync(file, "utf8")
    .split("\0")
    .filter((line) => line.startsWith("VALUE_"));
  const byName = new Map(
    found.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  return values.map((_, index) => byName.get(`VALUE_${index}`) ?? "(not there)");
}

test("tmux reads every argument back to the letter", () => {
  expect(tmux(["new-session", "-d", "-s", "values", "cat"]).exitCode).toBe(0);
  const special = fc.constantFrom(...Array.from("\"'\\$~#{};%!`\n\r\t \u001b&|()=-ae\u00e9\u{1f680}"));
  const value = fc.oneof(
    fc.string({ unit: special }),
    fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "")),
    fc.constantFrom(
      "a;",
      ";",
      "\\;",
      "~/x",
      "~root",
      "$HOME",
      "${HOME}",
      "#{session_name}",
      "#(date)",
      "%if 1",
      "-t",
      "",
    ),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 10, maxLength: 20 }), (values) => {
      expect(throughTmux(values)).toEqual(values);
    }),
    { numRuns: 25 },
  );
});
