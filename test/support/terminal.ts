/** A real terminal for a test: a pane of a tmux server of its own, which is not the one that mono uses. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, type World } from "./world.ts";

interface Terminal {
  /** What it shows. */
  readonly screen: () => Promise<string>;
  /** The same with its colours, as escape sequences. */
  readonly colouredScreen: () => Promise<string>;
  readonly resize: (columns: number) => Promise<void>;
  readonly isCursorVisible: () => Promise<boolean>;
  /** Closes it, as one closes a window: what runs in it is hung up. */
  readonly close: () => Promise<void>;
  /** Types keys, as `tmux send-keys` names them. */
  readonly type: (...keys: readonly string[]) => Promise<void>;
  /** Waits for the end of the command and gives its exit status. */
  readonly status: () => Promise<number>;
}

/** Opens one that runs a line of shell. There, `$TMUX` names the terminal's own server: `env -u TMUX` for none. */
export async function openTerminal(world: World, line: string): Promise<Terminal> {
  const mark = randomBytes(4).toString("hex");
  const file = join(world.folder, `status-${mark}`);
  const tmux = ["tmux", "-L", `terminal-${mark}`, "-f", "/dev/null"];
  // Ctrl-C reaches this shell too, which has to tell of the end.
  const script = `trap : INT; ${line}\necho $? >${file}.new; mv ${file}.new ${file}; exec cat`;
  const made = await world.call([...tmux, "new-session", "-d", "-x", "120", "-y", "40", "sh", "-c", script]);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  return {
    screen: async () => (await world.call([...tmux, "capture-pane", "-p"])).stdout,
    colouredScreen: async () => (await world.call([...tmux, "capture-pane", "-p", "-e"])).stdout,
    async resize(columns) {
      await world.call([...tmux, "resize-window", "-x", String(columns)]);
    },
    isCursorVisible: async () =>
      (await world.call([...tmux, "display-message", "-p", "#{cursor_flag}"])).stdout === "1\n",
    async close() {
      await world.call([...tmux, "kill-server"]);
    },
    async type(...keys) {
      await world.call([...tmux, "send-keys", ...keys]);
    },
    status: async () =>
      Number(await eventually("the command's end", () => existsSync(file) && readFileSync(file, "utf8"))),
  };
}
