/**
 * The answer to `mono vars` of a folder or a name in the plain case, without loading what only others need: the argument
 * library, the log, the terminal. Whatever is out of the ordinary (flags, words with two meanings, folders that are gone,
 * a database that is locked or old, any error) has no quick answer, and the whole mono gives it.
 */
import { Database } from "bun:sqlite";
import { isAbsolute } from "node:path";
import { parseGeneratedModel } from "../compose/generated-file.ts";
import { monoVariables } from "../compose/mono-variables.ts";
import { environmentPaths, homeFolderOf, homePaths } from "../environment/paths.ts";
import { mayBeName } from "../environment/reference.ts";
import { toShellText } from "../environment/variables-text.ts";
import { realFolder } from "../process/real-folder.ts";
import { readRows, type Row, toEnvironment } from "../state/schema.ts";

type Environ = Readonly<Record<string, string | undefined>>;

/** What `mono vars` prints for these arguments; undefined when it takes the whole mono to say that. */
export async function quickVariables(
  [typed, ...rest]: readonly string[],
  env: Environ,
): Promise<string | undefined> {
  const argument = typed || env["CONDUCTOR_WORKSPACE_PATH"] || env["MONO_ENV_PATH"];
  if (argument === undefined || rest.length > 0 || env["MONO_TIMINGS"]) return undefined;
  try {
    return await readVariables(argument, env, { mayBeName: argument === typed && mayBeName(argument) });
  } catch {
    // Not swallowed: the whole mono meets the same error, and has the words for it.
    return undefined;
  }
}

interface Meaning {
  /** What the person has typed may be the name of an environment. */
  readonly mayBeName: boolean;
}

async function readVariables(argument: string, env: Environ, meaning: Meaning): Promise<string | undefined> {
  const folder = homeFolderOf(env, env["HOME"] ?? "");
  if (!isAbsolute(folder)) return undefined;
  const home = homePaths(folder);
  using database = new Database(home.database, { readonly: true });
  const find: Find = (column, value) => readRows(database, home.database, { column, value })[0];
  const row = findRow(find, argument, meaning);
  if (row === undefined) return undefined;
  const environment = toEnvironment(row);
  const { composeFile, dataFolder } = environmentPaths(home, environment.name);
  const usesDocker = environment.dockerProject !== null;
  const generated = usesDocker ? parseGeneratedModel(readText(composeFile)) : undefined;
  return toShellText(monoVariables(environment, dataFolder, generated), env);
}

type Find = (column: "path" | "name", value: string) => Row | undefined;

function findRow(find: Find, argument: string, { mayBeName: isWord }: Meaning): Row | undefined {
  if (argument.startsWith("/")) return find("path", realFolder(argument));
  // A folder of that name, there or gone, gives the word another meaning, or a second one.
  if (!isWord || isFolder(argument) || find("path", `${realFolder(".")}/${argument}`)) return undefined;
  const row = find("name", argument);
  return row !== undefined && realFolder(row.path) === row.path ? row : undefined;
}

function isFolder(path: string): boolean {
  try {
    realFolder(path);
    return true;
  } catch {
    return false;
  }
}

/** Without `node:fs`, which takes a fifth of a start to load; and without the thread that reads for `Bun.file`. */
function readText(file: string): string {
  return new TextDecoder().decode(Bun.mmap(file));
}
