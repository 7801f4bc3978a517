/** The variables that Compose resolves a project with: the caller's, and those of the `.env` files that it finds. */
import { rmSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { parsePrinted, valueOf } from "../compose/document.ts";
import { isMapping, textOf, valueAt } from "../compose/model.ts";
import type { DockerCall } from "./ask.ts";
import { composeConfig } from "./compose-calls.ts";
import type { ComposeFiles } from "./compose-files.ts";
import { askCompose } from "./compose-plugin.ts";

const probeKey = "x-mono-probe";

/**
 * The values of these variables, as far as they are set. Compose itself says them: it interpolates in a file that asks
 * for them. In the folder of the call alone, where Compose finds its files by itself: an older one does not read the
 * `.env` there when it is told of the files. What is not set there may be in the project's folder. `probeFile` is where
 * that file may be for so long.
 */
export async function composeEnvironment(
  call: DockerCall,
  project: string,
  files: ComposeFiles,
  names: readonly string[],
  probeFile: string,
): Promise<ReadonlyMap<string, string>> {
  const isFound = (values: ReadonlyMap<string, string>) => names.every((name) => values.has(name));
  const own = new Map(Object.entries(call.env).filter(([name]) => names.includes(name)));
  const isByName = files.options.includes("-f");
  const here = isByName ? own : new Map([...own, ...(await askHere(call, project, names))]);
  if (isFound(here)) return here;
  return new Map([...(await askInProject(call, project, files, names, probeFile)), ...here]);
}

async function askHere(call: DockerCall, project: string, names: readonly string[]) {
  const text = JSON.stringify({ services: { probe: { image: "probe" } }, [probeKey]: probeOf(names) });
  const { exitCode, stdout } = await askCompose(call, ["-p", project, "-f", "-", "config"], text);
  return exitCode === 0 ? answersIn(valueAt(valueOf(parsePrinted(stdout)), probeKey)) : [];
}

async function askInProject(
  call: DockerCall,
  project: string,
  files: ComposeFiles,
  names: readonly string[],
  probeFile: string,
) {
  const { env, options } = withFile(call, files, probeFile);
  writeFileSync(probeFile, JSON.stringify({ [probeKey]: probeOf(names) }), { mode: 0o600 });
  try {
    const { model } = await composeConfig({ ...call, env }, project, options);
    return answersIn(model[probeKey]);
  } finally {
    rmSync(probeFile, { force: true });
  }
}

/** For each variable that can be interpolated: whether it is set, and its value. */
function probeOf(names: readonly string[]) {
  const asked = names.filter((name) => /^[a-z_]\w*$/i.test(name));
  return Object.fromEntries(asked.map((name) => [name, [`\${${name}+set}`, `\${${name}-}`]]));
}

function answersIn(probe: unknown): [string, string][] {
  return Object.entries(isMapping(probe) ? probe : {}).flatMap(([name, answer]): [string, string][] => {
    const [isSet, value]: readonly unknown[] = Array.isArray(answer) ? answer : [];
    return textOf(isSet) === "" ? [] : [[name, textOf(value).replaceAll("$$", "$")]];
  });
}

/** The call that reads one more file. `-f` would change which `.env` files count, where none has been found yet. */
function withFile({ env }: DockerCall, { files, options }: ComposeFiles, file: string) {
  if (options.includes("-f")) return { env, options: [...options, "-f", file] };
  const all = [...files, file];
  const separator = [delimiter, "|", "\n"].find((mark) => all.every((path) => !path.includes(mark)));
  const variables = { COMPOSE_FILE: all.join(separator), COMPOSE_PATH_SEPARATOR: separator ?? delimiter };
  return { env: { ...env, ...variables }, options };
}

/**
 * The values of secrets whose variable is set in the `env_file` of an `include` alone, by the secret's key. Only the
 * model without interpolation says them, which Compose cannot make of every project: then they are not known.
 */
export async function includedSecrets(
  call: DockerCall,
  project: string,
  { options }: ComposeFiles,
): Promise<ReadonlyMap<string, string>> {
  const args = ["-p", project, ...options, "--profile", "*", "config", "--no-interpolate"];
  const { exitCode, stdout } = await askCompose(call, args);
  if (exitCode !== 0) return new Map();
  const secrets = valueAt(valueOf(parsePrinted(stdout)), "secrets");
  return new Map(
    Object.entries(isMapping(secrets) ? secrets : {}).flatMap(([key, secret]): [string, string][] => {
      const value = valueAt(secret, "x-#value");
      return typeof value === "string" ? [[key, value]] : [];
    }),
  );
}
