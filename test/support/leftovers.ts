/** What is left of a world's environments, looked up from outside: mono is not asked. */
import { Database } from "bun:sqlite";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasProc } from "../../src/process/has-proc.ts";
import { dockerLeftovers, eventually, lines, namesIn, sessions, type World } from "./world.ts";

/** A line for each thing that is left; empty when there is nothing. */
export async function leftovers(world: World): Promise<readonly string[]> {
  const [engine, tmux] = await Promise.all([dockerLeftovers(world), sessions(world)]);
  return [
    ...engine.flatMap(({ remove, names }) => names.map((name) => `${remove[1]} ${name}`)),
    ...tmux.map((name) => `session ${name}`),
    ...rowsOf(world).map((row) => `row ${row}`),
    ...["data", "environments"].flatMap((folder) =>
      namesIn(join(world.home, folder)).map((name) => `folder ${folder}/${name}`),
    ),
    ...strayFiles(world).map((name) => `file ${name}`),
    ...processesOf(world).map((name) => `process ${name}`),
  ];
}

/** The rows of the database: name and phase. */
export function rowsOf({ home }: World): string[] {
  const file = join(home, "state.db");
  if (!existsSync(file)) return [];
  // Not read-only: a mono that was killed in a commit leaves a journal, which only a writer rolls back.
  using database = new Database(file);
  database.run("PRAGMA busy_timeout = 10000");
  if (database.query("SELECT 1 FROM sqlite_master WHERE name = 'environments'").get() === null) return [];
  const rows = database.query<{ name: string; phase: string }, []>("SELECT name, phase FROM environments");
  return rows.all().map(({ name, phase }) => `${name} ${phase}`);
}

/** Files of mono's home that no description of it names. */
function strayFiles({ home }: World): string[] {
  const known = /^(state\.db|mono\.log(\.\d)?|locks|data|environments)$/;
  // A lock's file stays by design, and so does what its dead holder wrote beside it, until the next one takes it.
  const lockFiles = /^([0-9a-f]{32}(\.holder(\.new)?)?|log)$/;
  return [
    ...namesIn(home).filter((name) => !known.test(name)),
    ...namesIn(join(home, "locks"))
      .filter((name) => !lockFiles.test(name))
      .map((name) => `locks/${name}`),
  ];
}

/** Processes that were started in this world and still run: its home folder is in their environment. */
export function processesOf({ folder }: World): string[] {
  return hasProc ? processesInProc(folder) : processesByPs(folder);
}

/** As far as the system shows their environment: a Mac hides that of its own programs. */
function processesByPs(folder: string): string[] {
  const { stdout } = Bun.spawnSync(["ps", "-A", "-E", "-ww", "-o", "pid=,command="]);
  return lines(stdout.toString())
    .map((line) => line.trim())
    .filter((line) => line.includes(folder) && !/^\d+ (tmux|ps) /.test(line))
    .filter((line) => Number.parseInt(line, 10) !== process.pid);
}

function processesInProc(folder: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    const environ = readProc(pid, "environ");
    if (environ === undefined || !environ.includes(folder)) return [];
    const command = (readProc(pid, "cmdline") ?? "").replaceAll("\0", " ").trim();
    // Zombies have no command line; the server belongs to the world, and ends with it.
    return command === "" || command.startsWith("tmux") ? [] : [`${pid} ${command}`];
  });
}

function readProc(pid: string, file: string): string | undefined {
  try {
    return readFileSync(join("/proc", pid, file), "utf8");
  } catch {
    // It has ended meanwhile, or is another user's.
    return undefined;
  }
}

/** Waits until nothing is left; throws with what is. */
export async function nothingIsLeft(world: World): Promise<void> {
  let left: readonly string[] = [];
  try {
    await eventually("nothing is left", async () => {
      left = await leftovers(world);
      return left.length === 0;
    });
  } catch (error) {
    throw new Error(`still there:\n${left.join("\n")}`, { cause: error });
  }
}
