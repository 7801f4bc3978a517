/**
 * Which Docker engine a command talks to, resolved as the docker program does: `DOCKER_HOST`, then `DOCKER_CONTEXT`,
 * then the current context of its configuration. An environment stays with the engine that it was made on, so
 * the answer is stored in its row, as `host:<address>` or `context:<name>`; with ` id=<id>` after it, since another
 * engine may come to answer there. Rows from before ids were stored lack that.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { valueAt } from "../compose/model.ts";
import { sha256 } from "../environment/digest.ts";
import { hostOfEngine } from "../environment/url.ts";
import { dockerConfigurationUnreadable } from "../error/catalogue/docker.ts";
import { reasonOf } from "../error/mono-error.ts";
import { unlessMissing } from "../error/unless-missing.ts";
import type { Environ } from "../process/child.ts";

const defaultContext = "default";

/** The engine that the caller's environment selects. */
export function resolveEngine(env: Environ): string {
  if (env["DOCKER_HOST"]) return `host:${env["DOCKER_HOST"]}`;
  if (env["DOCKER_CONTEXT"]) return `context:${env["DOCKER_CONTEXT"]}`;
  return `context:${readCurrentContext(env)}`;
}

/** The same engine, with the id that it gave; empty when it has none. */
export function withEngineId(engine: string, id: string): string {
  return id === "" ? engine : `${engine} id=${id}`;
}

/** The id that the engine had when the environment was made on it; undefined when it was not asked. */
export function engineIdOf(engine: string | null): string | undefined {
  return parseEngine(engine).id;
}

function parseEngine(engine: string | null) {
  const [, kind = "", value = "", id] = /^(host|context):(.*?)(?: id=(\S+))?$/s.exec(engine ?? "") ?? [];
  return { kind, value, id };
}

/** The variables that make docker talk to that engine; null, a row from before engines were stored, is the default. */
export function engineVariables(engine: string | null): Environ {
  const { kind, value } = parseEngine(engine);
  if (kind === "host") return { DOCKER_HOST: value };
  return kind === "context" && value !== defaultContext ? { DOCKER_CONTEXT: value } : {};
}

/**
 * The environment with that engine selected, whatever it selected before. Reads docker's configuration to know whether the
 * default has to be named.
 */
export function selectEngine(env: Environ, engine: string | null): Environ {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: context, ...others } = env;
  if (engine === null) return env;
  const { kind, value } = parseEngine(engine);
  const isDefault = kind === "context" && value === defaultContext;
  const isOverruled = host !== undefined || context !== undefined;
  // An empty DOCKER_CONTEXT means the current one, which may have changed: name the default.
  const named = isDefault && (isOverruled || readCurrentContext(env) !== defaultContext);
  return { ...others, ...(named ? { DOCKER_CONTEXT: defaultContext } : engineVariables(engine)) };
}

/** What docker calls by itself when nothing selects an engine. */
const defaultAddress = "unix:///var/run/docker.sock";

/** The address of the engine that docker talks to in this environment; undefined when its context does not tell. */
export function findEngineAddress(env: Environ): string | undefined {
  if (env["DOCKER_HOST"]) return env["DOCKER_HOST"];
  const context = env["DOCKER_CONTEXT"] || readCurrentContext(env);
  if (context === defaultContext) return defaultAddress;
  const file = join(configFolder(env), "contexts", "meta", sha256(context), "meta.json");
  const host = valueAt(valueAt(valueAt(readJson(file), "Endpoints"), "docker"), "Host");
  return typeof host === "string" ? host : undefined;
}

/** The host of the engine that docker talks to in this environment; undefined when that is this machine. */
export function engineHost(env: Environ): string | undefined {
  return hostOfEngine(findEngineAddress(env));
}

function readCurrentContext(env: Environ): string {
  const context = valueAt(readConfiguration(env), "currentContext");
  return typeof context === "string" && context !== "" ? context : defaultContext;
}

/** Where docker looks for its plugins first of all. */
export function readPluginFolders(env: Environ): readonly string[] {
  const folders = valueAt(readConfiguration(env), "cliPluginsExtraDirs");
  return Array.isArray(folders) ? folders.filter((folder) => typeof folder === "string") : [];
}

function readConfiguration(env: Environ): unknown {
  return readJson(join(configFolder(env), "config.json"));
}

/** Docker's own folder. For docker an empty variable counts as unset. */
export function configFolder(env: Environ): string {
  return env["DOCKER_CONFIG"] || join(env["HOME"] ?? "", ".docker");
}

/** What a file of Docker's own holds; undefined when it is not there. */
function readJson(file: string): unknown {
  try {
    return unlessMissing((): unknown => JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw dockerConfigurationUnreadable({ file, reason: reasonOf(error) }, { cause: error });
  }
}
