import type { DockerCall } from "../docker/ask.ts";
import { execCommand, type ServiceAt } from "../docker/compose-calls.ts";
import { requireCompose } from "../docker/prerequisites.ts";
import { ownersOfRunning } from "../docker/containers.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { isContainerOwner } from "../environment/mark.ts";
import { serviceNotRunning } from "../error/catalogue/command-line.ts";
import { capture, type Command, type ExitStatus } from "../process/child.ts";
import { inherit } from "../process/inherit.ts";
import { resolveDockerCall } from "../resources/docker-call.ts";
import type { Viewer } from "../resources/owner.ts";
import type { Context } from "./context.ts";
import { readViewer } from "./owner.ts";
import { scriptEnviron } from "./script.ts";
import { requireService, servicesOf } from "./service.ts";
import { requireEnvironment, requireFolderOf } from "./workspace.ts";

interface ExecOptions {
  readonly command: Command["argv"];
  /** In a container of this service; on the host when not given. */
  readonly service: string | undefined;
  /** True when standard input and output are a terminal. */
  readonly isInteractive: boolean;
}

/** Runs a command as if it were typed inside the environment, and returns its exit status. Takes no lock. */
export async function exec(context: Context, path: string, options: ExecOptions): Promise<ExitStatus> {
  const environment = requireEnvironment(context, path);
  const viewer = readViewer(context, environment);
  const { command, isInteractive, service } = options;
  if (service === undefined) {
    requireFolderOf(environment);
    return await inherit({ argv: command, cwd: environment.path, env: scriptEnviron(viewer) });
  }
  requireService(environment, service, servicesOf(context, environment));
  await requireRunning(viewer, service);
  const project = resourceNameOf(environment.name);
  const at = { project, file: viewer.paths.composeFile, service };
  const call = resolveDockerCall(viewer);
  const status = await inherit({ argv: execCommand({ ...at, command, isInteractive }), ...call });
  // docker itself has failed, or the command says the same: then this throws nothing.
  if (status === dockersOwnFailure) await requireCompose(call);
  return status === notExecutable && (await isMissing(call, at, command[0])) ? notFound : status;
}

const dockersOwnFailure = 125;
/** What a shell exits with for a command that it cannot start, and for one that is not there. */
const notExecutable = 126;
const notFound = 127;

/** Some engines say 126 of both. False when the container has no shell to ask. */
async function isMissing(call: DockerCall, at: ServiceAt, program: string): Promise<boolean> {
  const command = ["sh", "-c", lookForProgram, "sh", program];
  const look = {
    argv: execCommand({ ...at, command, isInteractive: false }),
    ...call,
    deadlineMs: lookDeadlineMs,
  };
  return (await capture(look)).exitCode === 1;
}

const lookDeadlineMs = 10_000;
/** Exits 1 if the program is nowhere. A command that is built into the shell does not count. */
const lookForProgram = `case $1 in */*) [ -e "$1" ]; exit;; esac
IFS=:; for folder in $PATH; do [ -e "$folder/$1" ] && exit 0; done; exit 1`;

async function requireRunning(viewer: Viewer, service: string): Promise<void> {
  const { mark, name, path } = viewer.environment;
  const owners = await ownersOfRunning(resolveDockerCall(viewer), resourceNameOf(name), service);
  // After a `down` by hand the project may be another home's.
  if (owners.some((owner) => isContainerOwner(owner, mark))) return;
  throw serviceNotRunning({ service, environment: name, path });
}
