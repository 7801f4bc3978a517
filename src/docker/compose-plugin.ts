/**
 * How `docker compose` is called.
 *
 * docker starts Compose as a program of its own, its plugin, after it has looked for it and asked it who it is: half of
 * the time of a short call. mono calls the plugin as docker does: found in the same folders in the same order, with the
 * same variable and arguments. Where the plugin is not found, or `docker` is not Docker's own program, docker is called.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { dockerMissing } from "../error/catalogue/docker.ts";
import { isSystemError } from "../error/mono-error.ts";
import { type Answer, capture, type Command, ProgramMissingError } from "../process/child.ts";
import { answerDeadlineMs, askDocker, type DockerCall } from "./ask.ts";
import { findDocker, isDockerItself } from "./docker-program.ts";
import { configFolder, readPluginFolders } from "./engine.ts";

/** Where docker looks after the folders of its configuration. */
const systemFolders = [
  "/usr/local/lib/docker/cli-plugins",
  "/usr/local/libexec/docker/cli-plugins",
  "/usr/lib/docker/cli-plugins",
  "/usr/libexec/docker/cli-plugins",
];

/** The command that `docker compose` with these arguments is. Throws when there is no docker. */
export function composeCommand(
  call: DockerCall,
  args: readonly string[],
): Command & { readonly name: string } {
  const { cwd, env } = call;
  const docker = findDocker(env);
  if (docker === undefined) throw dockerMissing({});
  const name = "docker compose";
  const plugin = isDockerItself(docker) ? findPlugin(call) : undefined;
  if (plugin === undefined) return { name, argv: [docker, "compose", ...args], cwd, env };
  const asPlugin = { ...env, DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: docker };
  return { name, argv: [plugin, "compose", ...args], cwd, env: asPlugin };
}

/** Asks `docker compose` and returns its answer, whatever its exit code. Of a plugin that is broken docker says so. */
export async function askCompose(call: DockerCall, args: readonly string[], input?: string): Promise<Answer> {
  const asked = input === undefined ? {} : { input };
  try {
    return await capture({
      ...composeCommand(call, args),
      ...asked,
      interruption: call.interruption,
      deadlineMs: answerDeadlineMs,
    });
  } catch (error) {
    if (cannotBeStarted(error)) return await askDocker(call, ["compose", ...args]);
    throw error;
  }
}

/** Not executable, a folder, for another machine (EBADARCH on a Mac), without its interpreter. */
function cannotBeStarted(error: unknown): boolean {
  const codes = ["EACCES", "ENOEXEC", "EBADARCH", "ELOOP"];
  return error instanceof ProgramMissingError || codes.some((code) => isSystemError(error, code));
}

function findPlugin({ cwd, env }: DockerCall): string | undefined {
  const folders = [...readPluginFolders(env), join(configFolder(env), "cli-plugins"), ...systemFolders];
  return folders.map((folder) => resolve(cwd, folder, "docker-compose")).find((file) => existsSync(file));
}
