/** What a person sees while something takes long: on a terminal, in a file, and with --quiet. */
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openTerminal } from "./support/terminal.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executableInShell, lines } from "./support/world.ts";

const world = worldForEachTest();

/** A workspace whose init script prints `output`, and waits for a file `go` before it prints `more`. */
function slowWorkspace(output: string, more = ""): { path: string; go: () => void } {
  const path = world.workspace("slow", {
    "mono.yml": `scripts:\n  init: ./slow\n`,
    slow: `#!/bin/sh\nprintf '${output}'\nwhile [ ! -e go ]; do sleep 0.05; done\nprintf '${more}'\n`,
  });
  chmodSync(join(path, "slow"), 0o755);
  return { path, go: () => writeFileSync(join(path, "go"), "") };
}

async function openMono(command: string, settings = "") {
  return await openTerminal(world, `env -u TMUX ${settings} ${executableInShell} ${command}`);
}

/** The lines that a screen shows, without what differs from run to run. */
function told(screen: string): string[] {
  return lines(screen)
    .map((line) => line.trimEnd().replace(/\([\d.ms]+\)$/, "(time)"))
    .filter((line) => line !== "" && !line.startsWith("  MONO_"));
}

const after = (name: string) => [
  "✓ init script completed (exit 0) (time)",
  `✓ created tmux session mono-${name} (time)`,
  `${name} is ready: mono attach ${name}`,
];

describe("on a terminal", () => {
  test("the step that runs and its time stand below the output, and are gone afterwards", async () => {
    const { path, go } = slowWorkspace(String.raw`first\n`, String.raw`second\n`);
    const terminal = await openMono(`init ${path}`);
    const screen = await eventually("the silent step", async () => {
      const shown = await terminal.screen();
      return shown.includes("last output: first") && shown;
    });
    expect(told(screen).at(-2)).toBe("first");
    expect(told(screen).at(-1)).toMatch(/^… \ds running init script: \.\/slow · last output: first$/);
    go();
    expect(await terminal.status()).toBe(0);
    expect(told(await terminal.screen())).toEqual([
      "✓ created data directory (time)",
      "→ running init script: ./slow",
      "first",
      "second",
      ...after(world.unique("slow")),
    ]);
  });

  test("a line without an end continues where it was, in its colour, and mono's lines begin a new one", async () => {
    const { path, go } = slowWorkspace(String.raw`line\n\033[31mred`, String.raw` and red\033[0m, end`);
    const terminal = await openMono(`init ${path}`);
    const screen = await eventually("the progress line", async () => {
      const shown = await terminal.screen();
      return /… \ds/.test(shown) && shown;
    });
    expect(told(screen).slice(-3)).toEqual([
      "line",
      "red",
      expect.stringMatching(/^… \ds running init script/),
    ]);
    go();
    expect(await terminal.status()).toBe(0);
    expect(told(await terminal.screen()).slice(2)).toEqual([
      "line",
      "red and red, end",
      ...after(world.unique("slow")),
    ]);
    expect(await terminal.colouredScreen()).toContain("\u001b[31mred and red\u001b[39m, end\n");
  });

  test("a terminal that becomes narrow keeps it on one line, and nothing of it stays", async () => {
    const { path, go } = slowWorkspace(String.raw`first\n`);
    const terminal = await openMono(`init ${path}`);
    const progress = async () => told(await terminal.screen()).filter((line) => line.startsWith("… "));
    await eventually("the progress line", async () => (await progress()).length > 0);
    await terminal.resize(30);
    const [line = ""] = await eventually("a narrow progress line", async () => {
      const found = await progress();
      return found.length === 1 && (found[0]?.length ?? 0) < 30 && found;
    });
    expect(line).toMatch(/^… \d+s running init s.*…$/);
    go();
    expect(await terminal.status()).toBe(0);
    await terminal.resize(120);
    const screen = told(await terminal.screen());
    expect(screen.filter((shown) => shown.includes("…"))).toEqual([]);
    expect(screen).toContain("first");
  });

  test("Ctrl-C leaves neither a progress line nor a hidden cursor", async () => {
    const { path } = slowWorkspace("no end");
    const terminal = await openMono(`init ${path}`);
    await eventually("the progress line", async () => /… \ds/.test(await terminal.screen()));
    await terminal.type("C-c");
    expect(await terminal.status()).toBe(130);
    expect(await terminal.isCursorVisible()).toBe(true);
    const screen = told(await terminal.screen());
    expect(screen.filter((line) => line.startsWith("… "))).toEqual([]);
    expect(screen).toContain("✗ interrupted by SIGINT");
    expect(screen).toContain("✓ everything was undone (time)");
  });

  test.each([
    ["nothing", "", "", true],
    ["--no-color", "", "--no-color", false],
    ["NO_COLOR", "NO_COLOR=1", "", false],
    ["TERM=dumb", "TERM=dumb", "", false],
  ])("colours with %s", async (_what, settings, flag, isColoured) => {
    const path = world.workspace("coloured", {});
    const terminal = await openMono(`init ${flag} ${path}`, settings);
    expect(await terminal.status()).toBe(0);
    expect((await terminal.colouredScreen()).includes("\u001b[")).toBe(isColoured);
  });
});

describe("in a file", () => {
  test("there are plain lines, whatever the script prints", async () => {
    const path = world.workspace("plain", {
      "mono.yml": String.raw`scripts: { init: "printf '\\033[31mred\\033[0m\\n10%%\\r20%%\\nno end'" }`,
    });
    const { stdout, stderr } = await world.ok(["init", path]);
    expect(stdout).toBe("");
    expect(told(stderr)).toEqual([
      "✓ created data directory (time)",
      "→ running init script: printf '\\033[31mred\\033[0m\\n10%%\\r20%%\\nno end'",
      "red",
      "10%",
      "20%",
      "no end",
      ...after(world.unique("plain")),
    ]);
  });

  test("FORCE_COLOR brings colours, of mono and of the script", async () => {
    const path = world.workspace("forced", {
      "mono.yml": String.raw`scripts: { init: "printf '\\033[31mred\\033[0m\\n'" }`,
    });
    const { stderr } = await world.ok(["init", path], { env: { FORCE_COLOR: "1" } });
    expect(stderr).toContain("\u001b[31mred\u001b[0m\n");
    expect(stderr).toContain("\u001b[32m✓\u001b[0m init script completed");
  });
});

describe("--quiet", () => {
  test("says nothing when there is nothing to say", async () => {
    const path = world.workspace("quiet", {
      "mono.yml": "scripts: { init: echo noise, run: touch ran, destroy: echo noise >&2 }\n",
    });
    for (const args of [["init"], ["run"], ["destroy"]]) {
      const { stdout, stderr } = await world.ok([...args, "--quiet", path]);
      expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
    }
    const { stdout, stderr } = await world.ok(["destroy", "-q", "--if-exists", path]);
    expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
  });

  test("leaves the answer of run --follow", async () => {
    const path = world.workspace("followed", { "mono.yml": "scripts: { run: echo the answer }\n" });
    await world.ok(["init", "-q", path]);
    const { stdout, stderr } = await world.ok(["run", "-q", "-f", path]);
    expect({ stdout, stderr }).toEqual({ stdout: "the answer\n", stderr: "" });
  });

  test("shows an error with the script's last lines, and nothing else", async () => {
    const path = world.workspace("failing", { "mono.yml": "scripts: { init: echo why; exit 3 }\n" });
    const { exitCode, stdout, stderr } = await world.mono(["init", "-q", path]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(lines(stderr)).toEqual([
      `✗ cannot init ${world.unique("failing")}: the init script exited with 3`,
      "  ┃ why",
      "↳ everything was undone: fix the script in mono.yml, or what it calls, then try again",
      `  log: ${join(world.home, "mono.log")}`,
    ]);
  });

  test("shows warnings", async () => {
    const path = world.workspace("gone", {});
    await world.ok(["init", "-q", path]);
    rmSync(path, { recursive: true });
    const { stderr } = await world.ok(["destroy", "-q", path]);
    expect(stderr).toBe(`! ${path} is gone: no destroy script is run\n`);
    expect(existsSync(join(world.home, "data", world.unique("gone")))).toBe(false);
  });
});
