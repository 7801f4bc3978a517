import { readFileSync } from "node:fs";

/** True for what the system lists as a shell to log in with: tmux takes any executable file, /bin/false too. */
export function isLoginShell(path: string): boolean {
  return loginShells().includes(path);
}

/** The files of /etc/shells; none on a system without it. */
export function loginShells(): readonly string[] {
  try {
    return readFileSync("/etc/shells", "utf8")
      .split("\n")
      .filter((line) => line.startsWith("/"));
  } catch {
    return [];
  }
}
