/**
 * Questions to Compose that no engine has to answer: which version it is, and what it makes of compose files.
 *
 * docker starts Compose as a program of its own, its plugin, after it has looked for it and asked it who it is. mono
 * calls the plugin as docker does (found in the same folders in the same order, with the same variable and arguments),
 * which takes half the time. Where it is not found, or the system cannot start it, docker is called, which says so. What
 * has effects always goes through docker.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { dockerMissing } from "../error/catalogue/docker.ts";
import { isSystemError } from "../error/mono-error.ts";
import { type Answer, capture, ProgramMissingError } from "../process/child.ts";
import { answerDeadlineMs, askDocker, type DockerCall } from "./ask.ts";
import { configFolder, extraPluginFolders } from "./engine.ts";

/** Where docker looks behind the folders of its configuration. */
const systemFolders = [
  "/usr/local/lib/docker/cli-plugins",
  "/usr/local/libexec/docker/cli-plugins",
  "/usr/lib/docker/cli-plugins",
  "/usr/libexec/docker/cli-plugins",
];

/** Asks `docker compose` and returns its answer, whatever its exit code. */
export async function askCompose(call: DockerCall, args: readonly string[]): Promise<Answer> {
  const { cwd, env } = call;
  const askThroughDocker = async () => await askDocker(call, ["compose", ...args]);
  const plugin = findPlugin(call);
  if (plugin === undefined) return await askThroughDocker();
  if (Bun.which("docker", { PATH: env["PATH"] ?? "" }) === null) throw dockerMissing({});
  try {
    return await capture({
      argv: [plugin, "compose", ...args],
      env: { ...env, DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: "docker" },
      cwd,
      deadlineMs: answerDeadlineMs,
    });
  } catch (error) {
    if (cannotBeStarted(error)) return await askThroughDocker();
    throw error;
  }
}

/** Not executable, a folder, for another machine, without its interpreter. */
function cannotBeStarted(error: unknown): boolean {
  const codes = ["EACCES", "ENOEXEC", "ELOOP"];
  return error instanceof ProgramMissingError || codes.some((code) => isSystemError(error, code));
}

function findPlugin({ cwd, env }: DockerCall): string | undefined {
  const folders = [...extraPluginFolders(env), join(configFolder(env), "cli-plugins"), ...systemFolders];
  return folders.map((folder) => resolve(cwd, folder, "docker-compose")).find((file) => existsSync(file));
}
