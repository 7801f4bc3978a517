import { publishedPortsOf } from "../compose/private-ports.ts";
import type { ComposeModel } from "../compose/model.ts";
import type { DockerCall } from "../docker/ask.ts";
import type { PublishedPort } from "../environment/variables.ts";
import { engineHost } from "../docker/engine.ts";
import { listPublishedPorts } from "../docker/published-ports.ts";
import { portInUse } from "../error/catalogue/containers.ts";
import { MonoError } from "../error/mono-error.ts";
import { findListener, isAnyPortInUse } from "../host/listening-ports.ts";

/** What was to be started. */
interface Started {
  readonly project: string;
  readonly model: ComposeModel;
  /** True in init, which takes another block of ports when it is called again. */
  readonly isNew: boolean;
}

/**
 * When `up` failed and somebody else has one of the project's ports: an error that names the port and its holder.
 * Any other error comes back as it is. Docker says in words alone that a port is taken, and differently from version
 * to version, so its words only tell which ports to look at.
 */
export async function explainPortConflict(
  call: DockerCall,
  started: Started,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof MonoError) || error.code !== "failed") return error;
  try {
    return (await findConflict(call, started, error)) ?? error;
  } catch {
    // The engine has gone, or a holder has: what was explained is what counts.
    return error;
  }
}

async function findConflict(
  call: DockerCall,
  { project, model, isNew }: Started,
  error: MonoError,
): Promise<MonoError | undefined> {
  const published = await listPublishedPorts(call);
  const isMentioned = ({ hostPort }: PublishedPort) =>
    error.details.some((line) => line.includes(`:${hostPort}`));
  for (const { hostPort } of publishedPortsOf(model).filter(isMentioned)) {
    const container = published.find(({ port }) => port === hostPort);
    if (container?.project === project) continue;
    if (container === undefined && !(await isTakenThere(call, hostPort, error))) continue;
    const holder = container === undefined ? await findHolder(call, hostPort) : `container ${container.name}`;
    return portInUse({ port: hostPort, holder, isNew }, { details: error.details, cause: error });
  }
  return undefined;
}

/** On an engine elsewhere only the engine's words tell. */
async function isTakenThere(call: DockerCall, port: number, error: MonoError): Promise<boolean> {
  if (engineHost(call.env) === undefined) return await isAnyPortInUse({ first: port, last: port }, call.env);
  const words = new RegExp(`:${port}\\b.*(already in use|already allocated)`);
  return error.details.some((line) => words.test(line));
}

async function findHolder(call: DockerCall, port: number): Promise<string | undefined> {
  const host = engineHost(call.env);
  return host === undefined ? await findListener(port, call.env) : `something on ${host}`;
}
