import { publishedPortsOf } from "../compose/private-ports.ts";
import type { ComposeModel } from "../compose/model.ts";
import type { DockerCall } from "../docker/ask.ts";
import type { PublishedPort } from "../environment/variables.ts";
import { listPublishedPorts } from "../docker/published-ports.ts";
import { MonoError } from "../error/mono-error.ts";
import { findListener, isAnyPortInUse } from "../host/listening-ports.ts";

/**
 * When `up` failed and somebody else has one of the project's ports: an error that names the port and its holder.
 * Any other error comes back as it is. Docker says in words alone that a port is taken, and differently from version
 * to version, so its words only tell which ports to look at.
 */
export async function explainPortConflict(
  call: DockerCall,
  project: string,
  model: ComposeModel,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof MonoError) || error.code !== "failed") return error;
  try {
    return (await findConflict(call, project, model, error)) ?? error;
  } catch {
    // The engine has gone, or a holder has: what was explained is what counts.
    return error;
  }
}

async function findConflict(
  call: DockerCall,
  project: string,
  model: ComposeModel,
  error: MonoError,
): Promise<MonoError | undefined> {
  const published = await listPublishedPorts(call);
  const isMentioned = ({ hostPort }: PublishedPort) =>
    error.details.some((line) => line.includes(`:${hostPort}`));
  for (const { hostPort } of publishedPortsOf(model).filter(isMentioned)) {
    const container = published.find(({ port }) => port === hostPort);
    if (container?.project === project) continue;
    if (container === undefined && !(await isAnyPortInUse({ first: hostPort, last: hostPort }))) continue;
    const holder =
      container === undefined ? await findListener(hostPort, call.env) : `container ${container.name}`;
    return new MonoError(`port ${hostPort} is already in use${holder === undefined ? "" : ` (${holder})`}`, {
      details: error.details,
      hint: "end what uses it, or run mono init again: it takes the next free block of ports",
      cause: error,
    });
  }
  return undefined;
}
