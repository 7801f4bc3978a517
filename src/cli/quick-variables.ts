/**
 * The answer to `mono vars <folder>` in the plain case, without loading what only others need: the argument library, the
 * log, the terminal. Whatever is out of the ordinary (flags, names, folders that are gone, a database that is locked or
 * old, any error) has no quick answer, and the whole mono gives it.
 */
import { Database } from "bun:sqlite";
import { isAbsolute } from "node:path";
import { parseGeneratedModel } from "../compose/generated-file.ts";
import { monoVariables } from "../compose/mono-variables.ts";
import { environmentPaths, homeFolderOf, homePaths } from "../environment/paths.ts";
import { toShellText } from "../environment/variables-text.ts";
import { realFolder } from "../process/real-folder.ts";
import { readRows, toEnvironment } from "../state/schema.ts";

type Environ = Readonly<Record<string, string | undefined>>;

/** What `mono vars` prints for these arguments; undefined when it takes the whole mono to say that. */
export async function quickVariables(
  [typed, ...rest]: readonly string[],
  env: Environ,
): Promise<string | undefined> {
  const argument = typed || env["CONDUCTOR_WORKSPACE_PATH"] || env["MONO_ENV_PATH"];
  if (argument === undefined || rest.length > 0 || env["MONO_TIMINGS"]) return undefined;
  try {
    return await readVariables(argument, env);
  } catch {
    // Not swallowed: the whole mono meets the same error, and has the words for it.
    return undefined;
  }
}

async function readVariables(argument: string, env: Environ): Promise<string | undefined> {
  const folder = homeFolderOf(env, env["HOME"] ?? "");
  if (!argument.startsWith("/") || !isAbsolute(folder)) return undefined;
  const home = homePaths(folder);
  using database = new Database(home.database, { readonly: true });
  const [row] = readRows(database, home.database, { column: "path", value: realFolder(argument) });
  if (row === undefined) return undefined;
  const environment = toEnvironment(row);
  const { composeFile, dataFolder } = environmentPaths(home, environment.name);
  const usesDocker = environment.dockerProject !== null;
  const generated = usesDocker ? parseGeneratedModel(readText(composeFile)) : undefined;
  return toShellText(monoVariables(environment, dataFolder, generated), env);
}

/** Without `node:fs`, which takes a fifth of a start to load; and without the thread that reads for `Bun.file`. */
function readText(file: string): string {
  return new TextDecoder().decode(Bun.mmap(file));
}
