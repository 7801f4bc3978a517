/** The panes of a session: what runs in them, and which one is mono's. */
import { ask, targetOf, type Tmux } from "./call.ts";
import { literal, type SessionCommand } from "./source-text.ts";

/** An option of a pane: that mono starts runs in it. */
const monoPaneOption = "@mono_pane";

/** A pane of a session, and the person's shell. */
export interface Pane {
  /** `%12`: unique in the server. */
  readonly id: string;
  /** The process that tmux started in it. */
  readonly pid: number;
  /** Its terminal without `/dev/`: what everything started in it has, but for what has left it on purpose. */
  readonly tty: string;
  /** True for the pane in which mono starts runs. */
  readonly isMono: boolean;
}

export async function listPanes(tmux: Tmux, session: string): Promise<readonly Pane[]> {
  const format = `#{pane_id} #{pane_pid} #{pane_tty} #{${monoPaneOption}}`;
  const { stdout } = await ask(tmux, ["list-panes", "-s", "-t", targetOf(session), "-F", format]);
  return stdout.split("\n").flatMap((line) => {
    const [id, pid, tty = "", mark] = line.split(" ");
    return id === undefined || id === ""
      ? []
      : [{ id, pid: Number(pid), tty: tty.replace(/^\/dev\//, ""), isMono: mark === "1" }];
  });
}

/** Marks a pane, or the one in front of a window, as the one in which mono starts runs. */
export function markPane(pane: string): SessionCommand {
  return { name: "set-option", args: ["-p", "-t", pane, monoPaneOption, "1"] };
}

/** Starts a program in a pane in place of what runs there, its output piped into a shell command from the beginning. */
export function respawnPane(
  pane: string,
  folder: string,
  argv: readonly string[],
  outputTo: string,
): SessionCommand[] {
  return [
    { name: "pipe-pane", args: ["-t", pane, outputTo] },
    { name: "respawn-pane", args: ["-k", "-t", pane, "-c", literal(folder), ...argv] },
  ];
}
