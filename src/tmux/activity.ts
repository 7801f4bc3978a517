/** When a session was last used. */
import { askAbout, targetOf, type Tmux } from "./call.ts";

export interface Activity {
  /** True while a client shows it. */
  readonly isAttached: boolean;
  /** When a client last left it or typed, or a program last printed in one of its panes: milliseconds since 1970. */
  readonly lastAt: number;
}

const format = "#{session_attached} #{session_last_attached} #{session_activity} #{window_activity}";

/** Undefined when the session is not there. */
export async function findActivity(tmux: Tmux, session: string): Promise<Activity | undefined> {
  const text = await askAbout(tmux, ["list-windows", "-t", targetOf(session), "-F", format]);
  return text === undefined ? undefined : parseActivity(text);
}

/** A time is empty where tmux has none. */
export function parseActivity(text: string): Activity {
  const windows = text.split("\n").filter((line) => line !== "");
  const rows = windows.map((line) => line.split(" ").map(Number));
  return {
    isAttached: rows.some(([clients = 0]) => clients > 0),
    lastAt: Math.max(0, ...rows.flatMap(([, ...times]) => times)) * 1000,
  };
}
