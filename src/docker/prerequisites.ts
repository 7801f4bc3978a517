import { isMapping, type Mapping, textOf } from "../compose/model.ts";
import { composePluginMissing, composePluginOld, engineSilent } from "../error/catalogue/docker.ts";
import { isFailure, MonoError } from "../error/mono-error.ts";
import { type Answer, ProgramMissingError } from "../process/child.ts";
import { askDocker, type DockerCall, engineDeadlineMs } from "./ask.ts";
import { lastLines } from "../text/lines.ts";
import { askCompose } from "./compose-plugin.ts";
import { askEngine } from "./engine-socket.ts";

/** The oldest Compose whose `config` mono understands. */
const minimumCompose = [2, 24] as const;

/** The engine of a call is not there, or hangs. */
export class SilentEngineError extends MonoError {
  /** What to do about it: the beginning of a hint. */
  readonly remedy: string;

  constructor(call: DockerCall, options: { details: readonly string[]; cause?: unknown }) {
    const remedy =
      selectionOf(call) === "context"
        ? "start it, or see docker context ls for what has become of it"
        : "start Docker";
    super(engineSilent.content({ engine: describeEngine(call), remedy }, options));
    this.name = "SilentEngineError";
    this.remedy = remedy;
  }
}

/** The engine of a call, as the subject of a sentence. */
export function describeEngine(call: DockerCall): string {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: context } = call.env;
  switch (selectionOf(call)) {
    case "host":
      return `the Docker engine at ${host}`;
    case "context":
      return `the Docker engine of the context ${context}`;
    case "none":
      return "the Docker engine";
  }
}

function selectionOf({ env }: DockerCall): "host" | "context" | "none" {
  if (env["DOCKER_HOST"]) return "host";
  return env["DOCKER_CONTEXT"] && env["DOCKER_CONTEXT"] !== "default" ? "context" : "none";
}

/**
 * Makes sure that docker, its Compose plugin and an engine that answers are there. Throws saying which is not.
 * Returns the engine's id.
 */
export async function requireDocker(call: DockerCall): Promise<string> {
  const [compose, engine] = await Promise.allSettled([requireCompose(call), requireEngine(call)]);
  if (compose.status === "rejected") throw compose.reason;
  if (engine.status === "rejected") throw engine.reason;
  return engine.value;
}

/** Makes sure that docker has a Compose plugin, and a new one. */
export async function requireCompose(call: DockerCall): Promise<void> {
  const { exitCode, stdout } = await askCompose(call, ["version", "--short"]);
  checkComposeVersion(exitCode, stdout.trim());
}

/** The id of the engine that answers; empty when it has none. Throws `SilentEngineError` when no engine answers. */
export async function requireEngine(call: DockerCall): Promise<string> {
  const known = await askIdByEngine(call);
  if (known !== undefined) return known;
  const { stdout, stderr } = await askWhoAnswers(call);
  const info = parseMapping(stdout);
  const id = textOf(info["ID"]);
  if (id !== "" || textOf(info["ServerVersion"]) !== "") return id;
  const errors: unknown = info["ServerErrors"];
  const told = Array.isArray(errors) ? errors.map((error) => textOf(error)) : [];
  throw new SilentEngineError(call, { details: stderr.trim() === "" ? told : lastLines(stderr) });
}

/** Undefined when docker has to be asked. */
async function askIdByEngine(call: DockerCall): Promise<string | undefined> {
  try {
    const info = await askEngine(call, "/info", engineDeadlineMs);
    return isMapping(info) ? textOf(info["ID"]) : undefined;
  } catch (error) {
    throw asSilence(call, error);
  }
}

async function askWhoAnswers(call: DockerCall): Promise<Answer> {
  try {
    // As JSON: a client of 20.10 exits 0 when there is no engine, and says why in it.
    return await askDocker(call, ["info", "--format", "{{json .}}"], engineDeadlineMs);
  } catch (error) {
    throw asSilence(call, error);
  }
}

function asSilence(call: DockerCall, error: unknown): unknown {
  if (!isFailure(error) || error.cause instanceof ProgramMissingError) return error;
  return new SilentEngineError(call, { details: [error.message], cause: error });
}

function parseMapping(text: string): Mapping {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : {};
  } catch {
    return {};
  }
}

function checkComposeVersion(exitCode: number, version: string): void {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  const wanted = minimumCompose.join(".");
  if (exitCode !== 0 || major === undefined || minor === undefined) {
    throw composePluginMissing({ wanted });
  }
  const isOld =
    Number(major) < minimumCompose[0] ||
    (Number(major) === minimumCompose[0] && Number(minor) < minimumCompose[1]);
  if (isOld) throw composePluginOld({ version, wanted });
}
