/** Which files make the Compose project of a workspace. Compose itself reads them; mono needs their names. */
import { existsSync, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { readRegularFile } from "../config/regular-file.ts";
import type { Environ } from "../process/child.ts";

export interface ComposeFiles {
  /** Absolute, in the order in which Compose reads them. */
  readonly files: readonly string[];
  /** Compose's project directory: where relative paths and `.env` are. */
  readonly directory: string;
  /** `-f` and `--profile` arguments; no `-f` where Compose finds the files by itself. */
  readonly options: readonly string[];
  /** The profiles that mono.yml switches on. */
  readonly profiles: readonly string[];
  /** The texts of mono.yml's scripts, which may make what the files name. */
  readonly scripts: readonly string[];
}

/** The names that Compose looks for, the first found wins; and what it reads beside it. */
const defaultNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const overrideNames = [
  "compose.override.yml",
  "compose.override.yaml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
];

/**
 * The compose files of a workspace, or undefined in simple mode: those that mono.yml names, else those that Compose
 * would find there by itself (`COMPOSE_FILE` in the environment or `.env` included, parent folders not).
 */
export function findComposeFiles(workspace: string, config: Config, env: Environ): ComposeFiles | undefined {
  const { profiles } = config;
  const scripts = Object.values(config.scripts);
  const profileOptions = profiles.flatMap((profile) => ["--profile", profile]);
  if (config.composeFiles.length > 0) {
    const files = config.composeFiles.map((file) => resolve(workspace, file));
    return {
      files,
      directory: dirname(files[0] ?? workspace),
      options: [...files.flatMap((file) => ["-f", file]), ...profileOptions],
      profiles,
      scripts,
    };
  }
  const files = filesOfVariable(workspace, env) ?? filesByName(workspace);
  const [first] = files;
  if (first === undefined) return undefined;
  return { files, directory: dirname(first), options: profileOptions, profiles, scripts };
}

function filesOfVariable(workspace: string, env: Environ): string[] | undefined {
  const dotenv = readDotenv(workspace);
  const value = env["COMPOSE_FILE"] ?? dotenv.get("COMPOSE_FILE");
  if (value === undefined || value === "") return undefined;
  const separator = env["COMPOSE_PATH_SEPARATOR"] ?? dotenv.get("COMPOSE_PATH_SEPARATOR") ?? delimiter;
  return value.split(separator).map((file) => (isAbsolute(file) ? file : join(workspace, file)));
}

function filesByName(workspace: string): string[] {
  const found = (names: readonly string[]) =>
    names
      .map((name) => join(workspace, name))
      .filter((file) => existsSync(file))
      .slice(0, 1);
  const main = found(defaultNames);
  return main.length === 0 ? [] : [...main, ...found(overrideNames)];
}

/** The two variables that say which files there are; every other variable of `.env` is Compose's to read. */
function readDotenv(workspace: string): ReadonlyMap<string, string> {
  const file = join(workspace, ".env");
  // A folder of that name, such as a Python environment, is nothing to Compose either.
  if (!existsSync(file) || statSync(file).isDirectory()) return new Map();
  const lines = (readRegularFile(file)?.toString() ?? "").split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^\s*(?:export\s+)?(COMPOSE_\w+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, unquote(value)] as const];
    }),
  );
}

function unquote(value: string): string {
  const [, quoted] = /^(?:"([^"]*)"|'([^']*)')/.exec(value)?.filter((part) => part !== undefined) ?? [];
  return quoted ?? value.replace(/\s+#.*$/, "");
}
