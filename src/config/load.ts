import { realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { monoYmlElsewhere, monoYmlNotText } from "../error/catalogue/mono-yml.ts";
import { MonoError } from "../error/mono-error.ts";
import { type Config, configFileName } from "./config.ts";
import { readRegularFile } from "./regular-file.ts";

/** Room for scripts that somebody has pasted in as a whole; in bytes. */
const largestFile = 1024 * 1024;

/** Reads the mono.yml of a workspace; a missing file counts as an empty one, and the parser is not loaded for it. */
export async function loadConfig(workspace: string): Promise<Config> {
  const file = join(workspace, configFileName);
  const bytes = readRegularFile(file, largestFile);
  if (bytes === undefined) return { scripts: {}, composeFiles: [], profiles: [] };
  const { parseConfig } = await import("./mono-yml.ts");
  try {
    return parseConfig(decode(bytes, file), file);
  } catch (error) {
    if (!(error instanceof MonoError) || isOfWorkspace(file, workspace)) throw error;
    // Whatever it is, its lines are not for anybody who can only read the workspace's error messages.
    throw monoYmlElsewhere({ file, target: realpathSync(file) }, { cause: error });
  }
}

/** False for a link that leads out of the workspace, or to a file of another kind. */
function isOfWorkspace(file: string, workspace: string): boolean {
  const real = realpathSync(file);
  return basename(real) === configFileName || real.startsWith(`${realpathSync(workspace)}/`);
}

/** As YAML wants it: with other bytes replaced, a script would not be the one that was written. */
function decode(bytes: Buffer, file: string): string {
  try {
    // The parser knows the byte order mark itself, and counts it.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw monoYmlNotText({ file }, { cause: error });
  }
}
