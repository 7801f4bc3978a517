import { isMapping, textOf } from "../compose/model.ts";
import type { PortProbe } from "../host/listening-ports.ts";
import { askDocker, type DockerCall } from "./ask.ts";
import { linesOf } from "../text/lines.ts";
import { listContainerIds } from "./containers.ts";
import { projectLabel } from "./labels.ts";

/** A host port that a running container has. */
interface ContainerPort {
  readonly port: number;
  readonly name: string;
  /** Its Compose project; empty for a container that Compose did not make. */
  readonly project: string;
}

/** The host ports of all running containers of the engine. */
export async function listPublishedPorts(call: DockerCall): Promise<readonly ContainerPort[]> {
  const ids = await listContainerIds(call);
  if (ids.length === 0) return [];
  const format = `{{.Name}}\t{{index .Config.Labels "${projectLabel}"}}\t{{json .NetworkSettings.Ports}}`;
  // Containers of others come and go: docker answers about those that are there, and exits 1 for those that are not.
  const { stdout } = await askDocker(call, ["inspect", "--format", format, ...ids]);
  return linesOf(stdout).flatMap((line) => {
    const [name = "", project = "", ports = "{}"] = line.split("\t");
    return hostPortsOf(JSON.parse(ports)).map((port) => ({ port, name: name.replace(/^\//, ""), project }));
  });
}

/** `{"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "19100"}], "81/tcp": null}` */
function hostPortsOf(ports: unknown): number[] {
  if (!isMapping(ports)) return [];
  return Object.values(ports).flatMap((bindings) =>
    Array.isArray(bindings)
      ? bindings.map((binding: unknown) => Number(isMapping(binding) ? textOf(binding["HostPort"]) : 0))
      : [],
  );
}

/** True for a range in which a running container of the engine has a host port. */
export async function probePublished(call: DockerCall): Promise<PortProbe> {
  const published = await listPublishedPorts(call);
  return async ({ first, last }) => published.some(({ port }) => port >= first && port <= last);
}
