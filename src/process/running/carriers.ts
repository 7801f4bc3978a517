/**
 * Processes by the environment that they were started with. The system shows it for processes of this user only, and
 * macOS hides it for its own programs (`/bin`, `/usr/bin`) and for programs that change their title, such as npm: those
 * are not found.
 */
import type { Environ } from "../child.ts";
import { hasProc } from "../has-proc.ts";
import { environInProc, processIdsInProc } from "./proc.ts";
import { askPs } from "./ps.ts";

/** The processes that were started with this variable. An empty value is no mark of anything, and finds nobody. */
export async function processesWith(
  variable: string,
  value: string,
  env: Environ,
): Promise<readonly number[]> {
  if (value === "") return [];
  const assignment = `${variable}=${value}`;
  if (hasProc) return processIdsInProc().filter((pid) => environInProc(pid).includes(assignment));
  return parseCarriers(await askPs(["-A", "-E", "-o", "pid=,command="], env), assignment);
}

/** Of `pid=,command=` with `-E`, where the environment follows the command: the processes with this assignment. */
export function parseCarriers(text: string, assignment: string): readonly number[] {
  return text.split("\n").flatMap((line) => {
    const [, pid, rest = ""] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    return pid !== undefined && hasAssignment(rest, assignment) ? [Number(pid)] : [];
  });
}

/** Values may hold spaces: what follows must be the end, or the next variable. */
function hasAssignment(line: string, assignment: string): boolean {
  const wanted = ` ${assignment}`;
  for (let at = line.indexOf(wanted); at >= 0; at = line.indexOf(wanted, at + 1)) {
    if (/^($| [A-Za-z_]\w*=)/.test(line.slice(at + wanted.length))) return true;
  }
  return false;
}

/** Whether a process was started with a variable of that value; of several lines the first counts. */
export async function startedWith(
  pid: number,
  env: Environ,
): Promise<(name: string, value: string) => boolean> {
  if (hasProc) {
    const firstLines = new Set(environInProc(pid).map((assignment) => assignment.split("\n", 1)[0]));
    return (name, value) => firstLines.has(`${name}=${value}`);
  }
  const text = await askPs(["-E", "-o", "command=", "-p", String(pid)], env);
  return (name, value) => text.includes(` ${name}=${value}`);
}
