import { join } from "node:path";
import type { Config, ScriptName } from "../config/config.ts";
import { engineVariables } from "../docker/engine.ts";
import { withoutCallersProcess } from "../environment/callers-process.ts";
import { scriptFailed } from "../error/catalogue/scripts.ts";
import { shown } from "../text/shown.ts";
import { type Environ, stream } from "../process/child.ts";
import { markVariable } from "../environment/variables.ts";
import { writeScript } from "../resources/script-file.ts";
import type { Owner, Viewer } from "../resources/owner.ts";

/** Linux refuses a single argument of 128 KiB; a longer script goes through a file. In bytes. */
const longestArgument = 100_000;

/**
 * Runs a script of mono.yml in the workspace, if there is one, with the environment's variables. Throws, with its last
 * lines, when it exits with anything but 0.
 */
export async function runScript(owner: Owner, config: Config, name: ScriptName): Promise<void> {
  const text = config.scripts[name];
  if (text === undefined) return;
  const { environment, interruption, narrator, paths, recordGroup } = owner;
  const done = narrator.start(`running ${name} script: ${firstLine(text)}`);
  const output = narrator.listen();
  const status = await stream({
    argv: scriptCommand(text, join(paths.ownFolder, `${name}-script`)),
    cwd: environment.path,
    env: { ...scriptEnviron(owner), [markVariable]: environment.mark },
    onOutput: output.write,
    recordGroup,
    interruption,
    scratchFolder: paths.ownFolder,
  });
  const details = output.close();
  if (status === 0) return done(`${name} script completed (exit 0)`, "success");
  done(`${name} script failed (exit ${status})`, "failure");
  throw scriptFailed({ script: name, status }, { details });
}

/** The caller's environment, but for what describes their process, with the environment's engine and variables. */
export function scriptEnviron({ callersEnv, environment, variables }: Viewer): Environ {
  return { ...withoutCallersProcess(callersEnv), ...engineVariables(environment.engine), ...variables };
}

/** `sh -c`, as npm does; a script that begins with `#!` is a program of its own, in a file. */
function scriptCommand(text: string, file: string): readonly [string, ...string[]] {
  const isProgram = text.startsWith("#!");
  if (!isProgram && Buffer.byteLength(text) < longestArgument) return ["sh", "-c", text];
  writeScript(file, text);
  return isProgram ? [file] : ["sh", file];
}

/** The first line with something in it: what a script of several lines is called by. */
function firstLine(text: string): string {
  return shown(text.trim().split("\n")[0] ?? "");
}
