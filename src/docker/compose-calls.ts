/** The calls to `docker compose`. The project is always named: without it, copies share names. */
import { parsePrinted, valueOf } from "../compose/document.ts";
import type { SourceModel } from "../compose/generated-file.ts";
import { type ComposeModel, isMapping } from "../compose/model.ts";
import { composeFilesRefused, noServices } from "../error/catalogue/compose.ts";
import type { DockerCall } from "./ask.ts";
import { lastLines } from "../text/lines.ts";
import { dockerCommand } from "./docker-program.ts";
import { askCompose } from "./compose-plugin.ts";

export interface ResolvedModel extends SourceModel {
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
    throw composeFilesRefused({ folder: call.cwd, options }, { details: lastLines(answer.stderr) });
  }
  return {
    ...readPrinted(answer.stdout),
    warnings: lastLines(answer.stderr).filter((line) => line !== ""),
  };
}

function readPrinted(text: string): SourceModel {
  const document = parsePrinted(text);
  const model = valueOf(document);
  if (!isMapping(model) || !isMapping(model["services"])) {
    throw noServices({});
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Compose has validated it, and prints the long form
  return { document, model: model as ComposeModel };
}

/** What `upArguments` do: start the containers, or make them with all that they need, and start none. */
export type Bringing = "up" | "create";

/** The arguments of docker compose that start the generated file, or make what it describes, idempotently. */
export function upArguments(
  how: Bringing,
  project: string,
  directory: string,
  file: string,
  profiles: readonly string[],
): readonly string[] {
  // The project directory, which the file does not need, goes into a label of the containers.
  const active = profiles.flatMap((profile) => ["--profile", profile]);
  const options = ["--project-directory", directory, "-f", file, ...active];
  const command = how === "up" ? ["up", "-d"] : ["create"];
  return [...workArguments(project, options), ...command, "--remove-orphans"];
}

/** Those that stop a project and remove its networks; its volumes and images stay. */
export function stopArguments(project: string): readonly string[] {
  return [...workArguments(project), "down", "--remove-orphans"];
}

/** Those that stop the containers of a project, and remove nothing. */
export function restArguments(project: string, file: string): readonly string[] {
  return [...workArguments(project, anyProfile(file)), "stop"];
}

/** Seconds for a container whose service does not say how long it may take: its data is thrown away with it. */
const shortGraceSeconds = "1";

/** Those that stop some services of the generated file in a short time. */
export function hurryArguments(
  project: string,
  file: string,
  services: readonly string[],
): readonly string[] {
  return [...workArguments(project, anyProfile(file)), "stop", "--timeout", shortGraceSeconds, ...services];
}

/**
 * Those that remove a project with its data. Images stay: Compose knows them by label alone. That needs no file; but only with one Compose knows of hooks and providers,
 * and how long a container may take: `isShort` when none says that for itself.
 */
export function downArguments(project: string, file?: string, isShort = false): readonly string[] {
  const options = file === undefined ? [] : anyProfile(file);
  const grace = isShort ? ["--timeout", shortGraceSeconds] : [];
  return [...workArguments(project, options), "down", "-v", "--remove-orphans", ...grace];
}

/** A service of a project that a generated file describes. */
export interface ServiceAt {
  readonly project: string;
  readonly file: string;
  readonly service: string;
}

interface ExecOptions extends ServiceAt {
  readonly command: readonly string[];
  /** False without a terminal: Compose would ask for one all the same, depending on its version. */
  readonly isInteractive: boolean;
}

/** The command that runs another one in a container of a service. */
export function execCommand({
  command,
  file,
  isInteractive,
  project,
  service,
}: ExecOptions): [string, ...string[]] {
  const terminal = isInteractive ? [] : ["-T"];
  const options = ["-p", project, ...anyProfile(file)];
  return dockerCommand("compose", ...options, "exec", ...terminal, service, ...command);
}

/** The services of every profile: whichever are switched on now, a container of theirs may be there. */
function anyProfile(file: string): readonly string[] {
  return ["-f", file, "--profile", "*"];
}

/** What every command with effects begins with: its progress as lines, for the log. */
function workArguments(project: string, options: readonly string[] = []): readonly string[] {
  return ["-p", project, ...options, "--ansi", "never", "--progress", "plain"];
}
