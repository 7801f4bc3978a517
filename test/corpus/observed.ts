/** What the engine says about the Compose project of one copy, without asking mono. */
import { docker, lines, type World } from "../support/world.ts";

export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly isUp: boolean;
  /** `running`, `exited 1`: for a message. */
  readonly state: string;
  readonly image: string;
  /** The networks that it is on, with its address in each. */
  readonly networks: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly binds: readonly string[];
  /** `80/tcp 127.0.0.1`: the ports that it was told to publish, sorted. */
  readonly published: readonly string[];
  readonly hostPorts: readonly number[];
}

/** Everything that carries the project's label, by kind. */
export interface ObservedProject {
  readonly containers: readonly ObservedContainer[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly images: readonly string[];
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Status: string; readonly ExitCode: number };
  readonly Config: { readonly Image: string; readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: {
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string }[] | null>> | null;
  };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
    readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>> | null;
  };
  readonly Mounts: readonly { readonly Type: string; readonly Name?: string; readonly Source: string }[];
}

export async function observeProject(world: World, project: string): Promise<ObservedProject> {
  const filter = ["--filter", `label=com.docker.compose.project=${project}`];
  const list = async (...args: string[]) => lines(await docker(world, [...args, ...filter]));
  const [ids, networks, volumes, images] = await Promise.all([
    list("ps", "-aq", "--no-trunc"),
    list("network", "ls", "--format", "{{.Name}}"),
    list("volume", "ls", "--format", "{{.Name}}"),
    list("image", "ls", "--format", "{{.Repository}}:{{.Tag}}"),
  ]);
  const inspected: Inspected[] =
    ids.length === 0 ? [] : JSON.parse(await docker(world, ["inspect", "--type", "container", ...ids]));
  return { containers: inspected.map(toContainer), networks, volumes, images };
}

function toContainer({ Id, Name, State, Config, HostConfig, NetworkSettings, Mounts }: Inspected) {
  const { Status, ExitCode } = State;
  const bindings = Object.entries(HostConfig.PortBindings ?? {});
  const mounts = (type: string) => Mounts.filter((mount) => mount.Type === type);
  return {
    id: Id,
    name: Name.replace(/^\//, ""),
    service: Config.Labels["com.docker.compose.service"] ?? "",
    isUp: Status === "running" || (Status === "exited" && ExitCode === 0),
    state: Status === "exited" ? `exited ${ExitCode}` : Status,
    image: Config.Image,
    networks: Object.fromEntries(
      Object.entries(NetworkSettings.Networks).map(([name, { IPAddress }]) => [name, IPAddress]),
    ),
    volumes: mounts("volume").map((mount) => mount.Name ?? ""),
    binds: mounts("bind").map(({ Source }) => Source),
    published: bindings
      .flatMap(([port, hosts]) => (hosts ?? []).map(({ HostIp }) => `${port} ${HostIp}`.trimEnd()))
      .toSorted(),
    hostPorts: [
      ...new Set(
        Object.values(NetworkSettings.Ports ?? {}).flatMap((hosts) =>
          (hosts ?? []).map(({ HostPort }) => Number(HostPort)),
        ),
      ),
    ],
  };
}
