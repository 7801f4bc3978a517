/** The docker program, its Compose plugin and its engine. */
import { define } from "../define.ts";

export const dockerMissing = define("docker-missing", {
  message: () => "docker is not on PATH, and this workspace has a compose file",
  hint: "install Docker with its Compose plugin, or put it on PATH",
  when: "The workspace has compose files, and the shell that called mono finds no `docker`. An app may have a shorter `PATH` than your shell.",
  example: {},
});

export const composePluginMissing = define("compose-plugin-missing", {
  message: () => "docker has no Compose plugin",
  hint: ({ wanted }: { wanted: string }) =>
    `install the Docker Compose plugin ${wanted} or newer: docker compose version must answer`,
  when: "`docker compose version` does not answer. The old `docker-compose` program does not count.",
  example: { wanted: "2.24" },
});

export const composePluginOld = define("compose-plugin-old", {
  message: ({ version, wanted }: { version: string; wanted: string }) =>
    `Docker Compose ${version} is too old: mono needs ${wanted}`,
  hint: ({ wanted }) =>
    `install the Docker Compose plugin ${wanted} or newer: docker compose version must answer`,
  when: "The installed Compose plugin lacks what mono needs to read compose files exactly.",
  example: { version: "2.17.2", wanted: "2.24" },
});

/** The class is `SilentEngineError`. */
export const engineSilent = define("engine-silent", {
  message: ({ engine }: { engine: string; remedy: string }) => `${engine} does not answer`,
  hint: ({ remedy }) => `${remedy}, then try again`,
  when: "The Docker engine that the environment was made on, or that is selected now, does not run, or hangs. Nothing of the environment is forgotten meanwhile.",
  example: { engine: "the Docker engine", remedy: "start Docker" },
});

/** The class is `OtherEngineError`. */
export const engineReplaced = define("engine-replaced", {
  message: ({ engine, environment }: { engine: string; environment: string }) =>
    `${engine} is not the one that ${environment} was made on, and has none of its containers`,
  hint: "switch back to the engine that it was made on; if that is gone for good: mono destroy --force",
  when: "The address or context of the environment's engine has come to mean another engine: it was installed again, or a context was changed.",
  example: { engine: "the Docker engine", environment: "shop-paris" },
});

export const dockerQuestionFailed = define("docker-question-failed", {
  message: ({ what, command, exitCode }: { what: string; command: string; exitCode: number }) =>
    `cannot ${what}: docker ${command} exited with ${exitCode}`,
  hint: "see whether docker info answers, then try again",
  when: "The engine refused, or failed at, something that mono asked it.",
  example: { what: "list the containers", command: "ps", exitCode: 1 },
});

export const dockerConfigurationUnreadable = define("docker-configuration-unreadable", {
  message: ({ file, reason }: { file: string; reason: string }) =>
    `cannot read Docker's configuration ${file}: ${reason}`,
  hint: "fix the file, or name an engine in DOCKER_HOST or DOCKER_CONTEXT",
  when: "mono looks in Docker's `config.json` for the current context, and the file is not JSON, or this user may not read it.",
  example: { file: "~/.docker/config.json", reason: "JSON Parse error: Unexpected EOF" },
});
