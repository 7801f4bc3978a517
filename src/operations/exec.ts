import { execCommand } from "../docker/compose.ts";
import { isServiceRunning } from "../docker/containers.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { serviceNotRunning } from "../error/catalogue/command-line.ts";
import type { Command, ExitStatus } from "../process/child.ts";
import { inherit } from "../process/inherit.ts";
import { dockerCallOf } from "../resources/docker-call.ts";
import type { Viewer } from "../resources/owner.ts";
import type { Context } from "./context.ts";
import { viewerOf } from "./owner.ts";
import { scriptEnviron } from "./script.ts";
import { requireService, servicesOf } from "./service.ts";
import { requireEnvironment, requireWorkspace } from "./workspace.ts";

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
  const viewer = viewerOf(context, environment);
  const { command, isInteractive, service } = options;
  if (service === undefined) {
    requireWorkspace(environment.path);
    return await inherit({ argv: command, cwd: environment.path, env: scriptEnviron(viewer) });
  }
  requireService(environment, service, servicesOf(context, environment));
  await requireRunning(viewer, service);
  const project = resourceNameOf(environment.name);
  const argv = execCommand(project, viewer.paths.composeFile, { command, isInteractive, service });
  return await inherit({ argv, ...dockerCallOf(viewer) });
}

async function requireRunning(viewer: Viewer, service: string): Promise<void> {
  const { name, path } = viewer.environment;
  if (await isServiceRunning(dockerCallOf(viewer), resourceNameOf(name), service)) return;
  throw serviceNotRunning({ service, environment: name, path });
}
