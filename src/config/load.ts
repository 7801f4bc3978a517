import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isSystemError, MonoError, reasonOf } from "../error/mono-error.ts";
import { type Config, configFileName, parseConfig } from "./mono-yml.ts";

/** Reads the mono.yml of a workspace; one that is not there is an empty one. */
export function loadConfig(workspace: string): Config {
  const file = join(workspace, configFileName);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return parseConfig("", file);
    throw new MonoError(`cannot read ${file}: ${reasonOf(error)}`, { code: "configuration", cause: error });
  }
  return parseConfig(text, file);
}
