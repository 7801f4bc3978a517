import { capture, type Environ } from "../process/child.ts";

/**
 * True when the program in front on a terminal reads a line without showing it: a password. A shell's prompt shows what is
 * typed, or reads key by key. `tty` is without `/dev/`.
 */
export async function isReadingSecret(tty: string, env: Environ): Promise<boolean> {
  // The option that names a terminal differs between systems; standard input is the same everywhere.
  const argv = ["sh", "-c", 'stty -a <"$1"', "mono-stty", `/dev/${tty}`] as const;
  const { stdout } = await capture({ argv, cwd: "/", env, deadlineMs: 10_000 });
  const settings = new Set(stdout.split(/[\s;]+/));
  return settings.has("icanon") && settings.has("-echo");
}
