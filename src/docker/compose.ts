/** The calls to `docker compose`. The project is always named: without it, copies share names. */
import { parse } from "yaml";
import { type ComposeModel, isMapping } from "../compose/model.ts";
import { composeFilesRefused, noServices } from "../error/catalogue/compose.ts";
import { type DockerCall, lastLines } from "./ask.ts";
import { askCompose } from "./compose-plugin.ts";

export interface ResolvedModel {
  readonly model: ComposeModel;
  /** What Compose complained about although it went on: unset variables, obsolete keys. */
  readonly warnings: readonly string[];
}

/**
 * The model that Compose makes of the files which `options` name. All profiles, unless an inactive service lacks
 * something that an active one does not need. Throws a `configuration` error with Compose's own words.
 */
export async function composeConfig(
  call: DockerCall,
  project: string,
  options: readonly string[],
): Promise<ResolvedModel> {
  const base = ["-p", project, ...options];
  const withAll = await askCompose(call, [...base, "--profile", "*", "config"]);
  const answer = withAll.exitCode === 0 ? withAll : await askCompose(call, [...base, "config"]);
  if (answer.exitCode !== 0) {
    throw composeFilesRefused({}, { details: lastLines(answer.stderr) });
  }
  return {
    model: parseModel(answer.stdout),
    warnings: lastLines(answer.stderr).filter((line) => line !== ""),
  };
}

function parseModel(text: string): ComposeModel {
  const model: unknown = parse(text, { maxAliasCount: -1, logLevel: "silent" });
  if (!isMapping(model) || !isMapping(model["services"])) {
    throw noServices({});
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Compose has validated it, and prints the long form
  return model as ComposeModel;
}

/** The arguments of docker compose that start the generated file, idempotently. */
export function upArguments(
  project: string,
  directory: string,
  file: string,
  profileOptions: readonly string[],
): readonly string[] {
  // The project directory is the workspace's, for COMPOSE_PROFILES in its .env.
  const options = ["--project-directory", directory, "-f", file, ...profileOptions];
  return [...workArguments(project, options), "up", "-d", "--remove-orphans"];
}

/** Those that stop a project and remove its networks; its volumes and images stay. */
export function stopArguments(project: string): readonly string[] {
  return [...workArguments(project), "down", "--remove-orphans"];
}

/** Those that remove a project with its data; that needs no file. */
export function downArguments(project: string): readonly string[] {
  return [...workArguments(project), "down", "-v", "--remove-orphans", "--rmi", "local"];
}

interface ExecOptions {
  readonly service: string;
  readonly command: readonly string[];
  /** False without a terminal: Compose would ask for one all the same, depending on its version. */
  readonly isInteractive: boolean;
}

/** The command that runs another one in a container of a service. */
export function execCommand(
  project: string,
  file: string,
  { command, isInteractive, service }: ExecOptions,
): [string, ...string[]] {
  const terminal = isInteractive ? [] : ["-T"];
  return [...anyProfile(project, file), "exec", ...terminal, service, ...command];
}

/** A call that knows the services of every profile: whichever are switched on now, a container of theirs may be there. */
function anyProfile(project: string, file: string): [string, ...string[]] {
  return ["docker", "compose", "-p", project, "-f", file, "--profile", "*"];
}

/** What every command with effects begins with: its progress as lines, for the log. */
function workArguments(project: string, options: readonly string[] = []): readonly string[] {
  return ["-p", project, ...options, "--ansi", "never", "--progress", "plain"];
}
