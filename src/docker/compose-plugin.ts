/**
 * Questions to Compose that no engine has to answer: which version it is, and what it makes of compose files.
 *
 * docker starts Compose as a program of its own, its plugin, after it has looked for it and asked it who it is. mono
 * calls the plugin as docker does (found in the same folders in the same order, with the same variable and arguments),
 * which takes half the time. Where it is not found, docker is called. What has effects always goes through docker.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { dockerMissing } from "../error/catalogue/docker.ts";
import { type Answer, capture, type Environ } from "../process/child.ts";
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
  const plugin = findPlugin(env);
  if (plugin === undefined) return await askDocker(call, ["compose", ...args]);
  if (Bun.which("docker", { PATH: env["PATH"] ?? "" }) === null) throw dockerMissing({});
  return await capture({
    argv: [plugin, "compose", ...args],
    env: { ...env, DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: "docker" },
    cwd,
    deadlineMs: answerDeadlineMs,
  });
}

function findPlugin(env: Environ): string | undefined {
  const folders = [...extraPluginFolders(env), join(configFolder(env), "cli-plugins"), ...systemFolders];
  return folders.map((folder) => join(folder, "docker-compose")).find((file) => existsSync(file));
}
