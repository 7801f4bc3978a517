import { MonoError } from "../error/mono-error.ts";
import { askDocker, type DockerCall, lastLines } from "./ask.ts";

/** The oldest Compose whose `config` mono understands. */
const minimumCompose = [2, 24] as const;
/** Milliseconds in which an engine that works has answered. */
const engineDeadlineMs = 10_000;

/** Makes sure that docker, its Compose plugin and an engine that answers are there. Throws saying which is not. */
export async function requireDocker(call: DockerCall): Promise<void> {
  const [compose, engine] = await Promise.allSettled([
    askDocker(call, ["compose", "version", "--short"]),
    askDocker(call, ["version", "--format", "{{.Server.Version}}"], engineDeadlineMs),
  ]);
  if (compose.status === "rejected") throw compose.reason;
  requireCompose(compose.value.exitCode, compose.value.stdout.trim());
  const address = call.env["DOCKER_HOST"] ?? call.env["DOCKER_CONTEXT"];
  const where = address === undefined ? "" : ` at ${address}`;
  const hint = "start Docker, then try again";
  if (engine.status === "rejected") {
    throw new MonoError(`the Docker engine${where} does not answer`, { hint, cause: engine.reason });
  }
  if (engine.value.exitCode !== 0) {
    throw new MonoError(`the Docker engine${where} does not answer`, {
      details: lastLines(engine.value.stderr),
      hint,
    });
  }
}

function requireCompose(exitCode: number, version: string): void {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  const wanted = minimumCompose.join(".");
  const hint = `install the Docker Compose plugin ${wanted} or newer: docker compose version must answer`;
  if (exitCode !== 0 || major === undefined || minor === undefined) {
    throw new MonoError("docker has no Compose plugin", { hint });
  }
  const isOld =
    Number(major) < minimumCompose[0] ||
    (Number(major) === minimumCompose[0] && Number(minor) < minimumCompose[1]);
  if (isOld) throw new MonoError(`Docker Compose ${version} is too old: mono needs ${wanted}`, { hint });
}
