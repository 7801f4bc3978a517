/** The log holds all that was printed, as lines of text, and stops nothing when it cannot be written. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { lines, sessions } from "./support/world.ts";

const world = worldForEachTest();

const logFile = () => join(world.home, "mono.log");

/** What the log has of a child's output, without times and tag. */
function logged(name: string, output: "out" | "err"): string[] {
  const all = lines(readFileSync(logFile(), "utf8")).map((line) => {
    const [, tag, text = ""] =
      /^\[\d\d:\d\d:\d\d\.\d{3}\] \[\+[\dhms.]+\] \[([^\]]+)\] (.*)$/.exec(line) ?? [];
    expect(tag === undefined ? line : "a line of the log").toBe("a line of the log");
    return { tag, text };
  });
  return all.filter(({ tag }) => tag === `${name}|${output}`).map(({ text }) => text);
}

test("whatever scripts print becomes whole lines of plain text", async () => {
  const noise = [
    "head -c 1000000 /dev/zero | tr '\\0' x; echo",
    "printf 'not \\377\\376 UTF-8\\n'",
    "printf '10%%\\r50%%\\r\\r100%%\\r\\n'",
    "printf '\\033[1;32mgreen\\033[0m \\033]0;title\\007\\033]8;;https://example.org\\033\\\\link\\033]8;;\\033\\\\\\n'",
    "printf 'to the other\\n' >&2",
    "printf 'cut \\360\\237 short, and no end'",
  ];
  const path = world.workspace("noise", {
    "noise.sh": `${noise.join("\n")}\n`,
    "mono.yml": "scripts:\n  init: sh noise.sh\n  setup: printf 'setup, no end'\n",
  });
  await world.ok(["init", path]);
  const name = world.unique("noise");
  expect(logged(name, "out").map((line) => (/^x+$/.test(line) ? line.length : line))).toEqual([
    1_000_000,
    "not \ufffd\ufffd UTF-8",
    "10%",
    "50%",
    "100%",
    "green link",
    "cut \ufffd short, and no end",
    "setup, no end",
  ]);
  expect(logged(name, "err")).toEqual(["to the other"]);
});

const unwritable = {
  "a full disk": () => symlinkSync("/dev/full", logFile()),
  "a folder in its place": () => mkdirSync(logFile()),
  "a pipe that nobody reads": () => world.call(["mkfifo", logFile()]),
};

describe("a log that cannot be written is said once, and stops nothing:", () => {
  for (const [what, make] of Object.entries(unwritable)) {
    // macOS has no /dev/full.
    test.skipIf(what === "a full disk" && !existsSync("/dev/full"))(what, async () => {
      mkdirSync(world.home);
      await make();
      const path = world.workspace("unlogged", {
        "mono.yml": 'scripts:\n  init: "for i in 1 2 3; do echo $i; done"\n  destroy: echo bye\n',
      });
      const before = statSync(logFile()).ino;
      for (const command of ["init", "destroy"]) {
        const { stderr } = await world.ok([command, path]);
        expect(stderr.match(/^! cannot write the log .*mono\.log: E\w+: .*$/gm)).toHaveLength(1);
        expect(await sessions(world)).toEqual(command === "init" ? [`mono-${world.unique("unlogged")}`] : []);
      }
      expect(statSync(logFile()).ino).toBe(before);
      expect(existsSync(`${logFile()}.1`)).toBe(false);
    });
  }
});

test("a script's failure is told with its last lines when the log cannot tell it", async () => {
  mkdirSync(logFile(), { recursive: true });
  const path = world.workspace("failing", { "mono.yml": "scripts:\n  init: echo so it goes; exit 7\n" });
  const { exitCode, stderr } = await world.mono(["init", path]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("the init script exited with 7\n  ┃ so it goes\n");
  expect(stderr.match(/cannot write the log/g)).toHaveLength(1);
});
