/** What people have in ~/.tmux.conf, and where they call mono from. */
import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askShell } from "./support/conductor.ts";
import { nothingIsLeft } from "./support/leftovers.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executableInShell, sessions } from "./support/world.ts";

const world = worldForEachTest();

function configure(text: string): void {
  writeFileSync(join(world.folder, "home/.tmux.conf"), `${text}\n`);
}

const usual = {
  "windows and panes that count from 1":
    "set -g base-index 1\nsetw -g pane-base-index 1\nset -g renumber-windows on",
  "sessions that end when nobody is attached": "set -g destroy-unattached on",
  "dead panes that stay": "set -g remain-on-exit on",
  "a command of their own": `set -g default-command "exec bash --norc"`,
  fish: `set -g default-shell ${Bun.which("fish")}`,
  zsh: `set -g default-shell ${Bun.which("zsh")}`,
  "another prefix, no status line, the mouse":
    "set -g prefix C-a\nunbind C-b\nset -g status off\nset -g mouse on",
  "names that change, windows that close":
    "set -g automatic-rename on\nset -g allow-rename on\nset -g detach-on-destroy off",
  "another size": "set -g default-size 80x24\nset -g window-size smallest\nset -g history-limit 10",
  "hooks of their own":
    "set-hook -g session-created 'split-window -d cat'\nset-hook -g after-new-window 'split-window -d cat'",
  "variables of their own": "setenv -g MINE kept\nset -ga update-environment ' MINE'",
  "a server that stays when its last session has ended": "set -s exit-empty off",
  "logging of every pane": "set-hook -g after-new-window 'pipe-pane \"cat >/dev/null\"'",
};

describe("init, run and destroy work with", () => {
  for (const [what, text] of Object.entries(usual)) {
    test(what, async () => {
      configure(text);
      const path = world.workspace("usual", {
        "mono.yml": "scripts:\n  run: echo $MONO_ENV_NAME >> ran; exit 3\n",
      });
      const name = world.unique("usual");
      await world.ok(["init", path]);
      for (const times of [1, 2]) {
        const { exitCode, stderr } = await world.mono(["run", "--follow", path]);
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 });
        expect(await Bun.file(join(path, "ran")).text()).toBe(`${name}\n`.repeat(times));
      }
      expect(await askShell(world, `mono-${name}`, path, 'echo "$MONO_ENV_NAME $PWD"')).toBe(
        `${name} ${path}\n`,
      );
      await world.ok(["destroy", path]);
      await nothingIsLeft(world);
    });
  }
});

describe("a clear error, and nothing left, with", () => {
  const hostile = {
    "exit-unattached": "set -g exit-unattached on",
    "a shell that is not there": "set -g default-command /nowhere/shell",
    "a shell that ends at once": `set -g default-shell ${Bun.which("false")}`,
    "a shell that ends after a moment": "set -g default-shell ~/shell",
    "a hook that ends the session": "set-hook -g session-created kill-session",
  };
  for (const [what, text] of Object.entries(hostile)) {
    test(what, async () => {
      configure(text);
      writeFileSync(join(world.folder, "home/shell"), "#!/bin/sh\nsleep 0.05\n", { mode: 0o755 });
      const path = world.workspace("hostile", {});
      const { exitCode, stderr } = await world.mono(["init", path]);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
      // A server whose only session ends may be gone before it has answered.
      expect(stderr).toMatch(/: it ended as soon as it was made\n↳|\n {2}┃ server exited unexpectedly\n↳/);
      expect(stderr).toContain("look at your tmux configuration");
      await nothingIsLeft(world);
    });
  }

  test("a session of the same name that is made at the same moment, which stays", async () => {
    const path = world.workspace("same", {});
    const session = `mono-${world.unique("same")}`;
    configure(`new-session -d -s ${session}`);
    const { exitCode, stderr } = await world.mono(["init", path]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
    expect(stderr).toContain(`the tmux session ${session} exists, but mono did not make it`);
    expect(await sessions(world)).toEqual([session]);
    await world.call(["tmux", "kill-server"]);
    await nothingIsLeft(world);
  });

  test("a line that tmux does not understand is no reason to fail", async () => {
    configure("set -g no-such-option on\nset -g base-index 1\nthis is no command");
    const path = world.workspace("broken", { "mono.yml": "scripts:\n  run: touch ran\n" });
    await world.ok(["init", path]);
    await world.ok(["run", path]);
    await eventually("the run", () => existsSync(join(path, "ran")));
    await world.ok(["destroy", path]);
    await nothingIsLeft(world);
  });
});

describe("mono called inside tmux uses the default server", () => {
  for (const [where, socket] of [
    ["the same server", []],
    ["another server", ["-L", "other"]],
  ] as const) {
    test(where, async () => {
      const path = world.workspace("inside", {
        "mono.yml": "scripts:\n  run: env > ran.new; mv ran.new ran\n",
      });
      const name = world.unique("inside");
      const script = `${executableInShell} init ${path} && ${executableInShell} run ${path}; echo $? > ${path}/status.new; mv ${path}/status.new ${path}/status`;
      await world.call(["tmux", ...socket, "new-session", "-d", "-s", "outer", "sh", "-c", script]);
      try {
        await eventually("the run", () => existsSync(join(path, "ran")) && existsSync(join(path, "status")));
        expect(await Bun.file(join(path, "status")).text()).toBe("0\n");
        expect(await sessions(world)).toContain(`mono-${name}`);
        const { stdout } = await world.call([
          "tmux",
          "display-message",
          "-p",
          "-t",
          `=mono-${name}:`,
          "#{socket_path}",
        ]);
        const seen = await Bun.file(join(path, "ran")).text();
        expect(seen.split("\n").find((line) => line.startsWith("TMUX="))).toStartWith(
          `TMUX=${stdout.trim()},`,
        );
        await world.ok(["destroy", path]);
      } finally {
        if (socket.length > 0) await world.call(["tmux", ...socket, "kill-server"]);
      }
      await nothingIsLeft(world);
    });
  }
});
