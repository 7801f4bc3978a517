/** Who looks at sessions. */
import { askAbout, type Tmux } from "./call.ts";

/** How many clients show each session of the server, by its name; empty without a server. */
export async function countClients(tmux: Tmux): Promise<ReadonlyMap<string, number>> {
  const text = (await askAbout(tmux, ["list-sessions", "-F", "#{session_attached} #{session_name}"])) ?? "";
  return new Map(
    text.split("\n").flatMap((line) => {
      const [, clients, name] = /^(\d+) (.+)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(clients)] as const];
    }),
  );
}
