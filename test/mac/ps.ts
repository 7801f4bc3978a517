/**
 * `ps` as a Mac has it, from /proc: `[-A] [-ax] [-E] [-w] -o keyword=,… [-p pid] [-t tty]`.
 *
 * - `lstart` is written in the caller's locale and time zone.
 * - With `-E` the environment follows the command, but not for the system's own programs, nor for a process that has
 *   changed its title.
 * - `comm` is the whole path of the program.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

interface Process {
  readonly pid: number;
  /** Of /proc/PID/stat, from the state on. */
  readonly fields: readonly string[];
  readonly name: string;
}

function read(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const close = stat.lastIndexOf(")");
    return {
      pid,
      name: stat.slice(stat.indexOf("(") + 1, close),
      fields: stat.slice(close + 2).split(" "),
    };
  } catch {
    return undefined;
  }
}

function text(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function program(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "");
  } catch {
    return undefined;
  }
}

function terminal(fields: readonly string[]): string {
  const device = Number(fields[4]);
  const [major, minor] = [(device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xfff00)];
  return device === 0 ? "??" : `pts/${(major - 136) * 256 + minor}`;
}

/** Seconds since 1970. */
const startOfSystem = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);

/** To the second, as a Mac keeps it: the same each time. */
function startOf(fields: readonly string[]): Date {
  return new Date((startOfSystem + Math.floor(Number(fields[19]) / 100)) * 1000);
}

const germanDays = ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"];

/** What `strftime("%c")` gives in the caller's locale and time zone: German stands for every locale but C. */
function localTime(date: Date): string {
  const locale = process.env["LC_ALL"] || process.env["LC_TIME"] || process.env["LANG"] || "C";
  // JavaScript has the zone from TZ, but for this spelling, which is UTC.
  const [weekday, month, day, year, time] = date.toString().split(" ");
  return locale.startsWith("de_")
    ? `${germanDays[date.getDay()]} ${Number(day).toString().padStart(2)} ${month} ${time} ${year}`
    : `${weekday} ${month} ${Number(day).toString().padStart(2)} ${time} ${year}`;
}

const uptime = Number.parseFloat(readFileSync("/proc/uptime", "utf8"));

function elapsed(fields: readonly string[]): string {
  const seconds = Math.max(0, Math.floor(uptime - Number(fields[19]) / 100));
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  const clock = `${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  const [hours, days] = [(seconds / 3600) % 24, Math.floor(seconds / 86_400)];
  if (days > 0) return `${two(days)}-${two(hours)}:${clock}`;
  return seconds >= 3600 ? `${two(hours)}:${clock}` : clock;
}

/** As `vis` shows it: everything of a process on one line. */
function shown(words: string): string {
  return words.replaceAll("\n", String.raw`\n`).replaceAll("\t", String.raw`\t`);
}

function command({ pid, name }: Process): string {
  const line = text(pid, "cmdline");
  const words = line === "" ? `(${name})` : shown(line.replace(/\0+$/, "").replaceAll("\0", " "));
  if (!options.withEnvironment || isHidden(pid, line)) return words;
  return `${words} ${shown(text(pid, "environ").replace(/\0+$/, "").replaceAll("\0", " "))}`;
}

/** What a Mac does not have of its own, though Linux has it in /usr/bin. */
const installed = /\/(tmux|docker|docker-compose|fish|busybox|node)$/;

/** The system's own programs, and those that have changed their title, which stands before rows of zeros. */
function isHidden(pid: number, commandLine: string): boolean {
  const file = program(pid) ?? "/bin/";
  return commandLine.endsWith("\0\0") || (/^(\/usr)?\/s?bin\//.test(file) && !installed.test(file));
}

/** By the name that it was called by, as a link may be. */
function commandPath({ pid, name }: Process): string {
  const file = program(pid);
  return file === undefined ? `(${name})` : `${file.slice(0, file.lastIndexOf("/") + 1)}${name}`;
}

const columns: Readonly<Record<string, (process: Process) => string>> = {
  pid: ({ pid }) => String(pid).padStart(5),
  ppid: ({ fields }) => (fields[1] ?? "").padStart(5),
  pgid: ({ fields }) => (fields[2] ?? "").padStart(5),
  tpgid: ({ fields }) => String(Math.max(0, Number(fields[5]))).padStart(5),
  tty: ({ fields }) => terminal(fields).padEnd(8),
  stat: ({ fields }) => (fields[0] ?? "").padEnd(4),
  etime: ({ fields }) => elapsed(fields).padStart(11),
  lstart: ({ fields }) => localTime(startOf(fields)).padEnd(28),
  comm: commandPath,
  command,
  args: command,
};

/** The command line, in the ways in which it is called here. */
function parse(words: readonly string[]) {
  const parsed = {
    keywords: [] as string[],
    pids: [] as number[],
    tty: "",
    isAll: false,
    withEnvironment: false,
  };
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "-o") parsed.keywords.push(...(words[++index] ?? "").split(","));
    else if (word === "-p") parsed.pids.push(...(words[++index] ?? "").split(",").map(Number));
    else if (word === "-t") parsed.tty = (words[++index] ?? "").replace(/^\/dev\//, "");
    else if (/^-[AaxEw]+$/.test(word)) {
      parsed.isAll ||= /[Ax]/.test(word);
      parsed.withEnvironment ||= word.includes("E");
    } else fail(`illegal option -- ${word}`);
  }
  return parsed;
}

function fail(words: string): never {
  console.error(`ps: ${words}`);
  process.exit(1);
}

const options = parse(process.argv.slice(2));
const printed = options.keywords.map((keyword) => {
  const column = columns[keyword.replace(/=.*$/, "")];
  return column ?? fail(`${keyword}: keyword not found`);
});
const pids = options.isAll
  ? readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  : options.pids;
const rows = (
  options.tty === ""
    ? pids
    : readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
)
  .flatMap((pid) => read(pid) ?? [])
  .filter(({ fields }) => options.tty === "" || terminal(fields) === options.tty);
// One write, and no line of its own head: a column with = has none.
if (rows.length > 0)
  await Bun.write(
    Bun.stdout,
    rows.map((row) => `${printed.map((print) => print(row)).join(" ")}\n`).join(""),
  );
process.exitCode = rows.length > 0 ? 0 : 1;
