/** The containers of an environment, from their start to their removal. */
import { define } from "../define.ts";

export const composeFailed = define("compose-failed", {
  message: ({ command, status }: { command: "up" | "create" | "stop" | "down"; status: number }) =>
    `docker compose ${command} exited with ${status}`,
  hint: "fix what Docker reports in the lines above, then try again",
  when: "Docker Compose could not start or remove the containers: an image that is not there, a build that fails, a mount that is refused.",
  example: { command: "up", status: 1 },
});

export const serviceFailed = define("service-failed", {
  message: ({ service, reason, container }: { service: string; reason: string; container: string }) =>
    `service ${service} ${reason} (container ${container})`,
  hint: "fix the service, or its health check, then try again",
  when: "A container ended with another status than 0, became unhealthy, or restarts in a loop, while mono waited for it to be ready. A one-shot service has to exit 0; one without a health check counts as ready once it runs.",
  example: { service: "db", reason: "exited with 3", container: "mono-shop-paris-db-1" },
});

export const servicesNotReady = define("services-not-ready", {
  message: ({ services, minutes }: { services: readonly string[]; minutes: number }) =>
    `${services.join(", ")} did not become ready within ${minutes} min`,
  hint: "look at their health checks: interval, retries and start_period say how long one may take",
  when: "A container was neither ready nor failed for a very long time.",
  example: { services: ["db"], minutes: 15 },
});

interface TakenPort {
  readonly port: number;
  /** Who has it, if that can be found out. */
  readonly holder: string | undefined;
  /** True in init, which takes another block the next time. */
  readonly isNew: boolean;
}

export const portInUse = define("port-in-use", {
  message: ({ port, holder }: TakenPort) =>
    `port ${port} is already in use${holder === undefined ? "" : ` (${holder})`}`,
  hint: ({ isNew }) =>
    isNew
      ? "end what uses it, or run mono init again: it takes the next free block of ports"
      : "end what uses it, then try again; or run mono destroy and mono init, which takes another block",
  when: "Something listens on a port of the environment's block. init looks before it takes a block, so this was started later.",
  example: { port: 19_301, holder: "postgres, pid 4211", isNew: true },
});

export const projectExists = define("project-exists", {
  message: ({ project, holder }: { project: string; holder: string }) =>
    `the Compose project ${project} exists, and is not this environment's: ${holder}`,
  hint: "if nobody needs it, remove it; or rename the workspace's folder",
  when: "The engine has containers, networks or volumes of that project, made by hand or under another `MONO_HOME`. mono never takes over what it has not made.",
  example: { project: "mono-shop-paris", holder: "container mono-shop-paris-web-1" },
});

export const partsLeft = define("parts-left", {
  message: ({ project, parts }: { project: string; parts: readonly string[] }) =>
    `Docker still has parts of ${project}: ${parts.join(", ")}`,
  hint: "remove what uses them, then run mono destroy again: it continues from here",
  when: "Docker refuses to remove something: a network that a foreign container has joined, a volume that such a container uses.",
  example: { project: "mono-shop-paris", parts: ["network 5f2a81c0d9e7"] },
});

interface Unread {
  readonly environment: string;
  readonly path: string;
  readonly reason: string;
}

export const containersNotRead = define("containers-not-read", {
  message: ({ environment, reason }: Unread) =>
    `cannot read what the containers of ${environment} have printed: ${reason}`,
  hint: ({ path }) => `what the run script prints needs no engine: mono logs ${path} run`,
  when: "`mono logs` asks the Docker engine for the containers' output, and it did not answer.",
  example: {
    environment: "shop-paris",
    path: "~/code/shop/paris",
    reason: "cannot list the containers: docker ps exited with 1",
  },
});

export const claimFailed = define("claim-failed", {
  message: ({ name }: { name: string }) => `the Docker engine refuses the volume ${name}`,
  hint: "fix what Docker reports in the lines above, then try again",
  when: "mono makes a small volume on the engine while it starts an environment, so that no other home takes the same name or ports. The engine could not make it. A full disk of the engine is the usual reason.",
  example: { name: "mono-claim-mono-shop-paris" },
});

interface NamesMeet {
  readonly project: string;
  readonly things: readonly string[];
  /** True in init, which can still be called for a folder of another name. */
  readonly isNew: boolean;
}

export const namesMeet = define("names-meet", {
  message: ({ project, things }: NamesMeet) =>
    `the engine has things with names or labels of ${project} that this environment did not make: ${things.join(", ")}`,
  hint: ({ isNew }) =>
    isNew
      ? "remove or rename them, or rename the workspace's folder and run mono init again"
      : "remove or rename them; or mono destroy this environment, rename the workspace's folder and run mono init there",
  when: "Docker Compose would take over, replace or remove something that is not this environment's: a container of an image that was committed from one of its containers, a volume that was made by hand, something of another `MONO_HOME`. To keep a container of a committed image beside the environment, start it with `--label com.docker.compose.project=`.",
  example: { project: "mono-shop-paris", things: ["container keep"], isNew: true },
});

export const portsClaimed = define("ports-claimed", {
  message: ({ first, last, holder }: { first: number; last: number; holder: string }) =>
    `the ports ${first} to ${last} belong to an environment of another home on this engine: ${holder}`,
  hint: "run mono init again: it takes the next free block of ports",
  when: "The init script made the compose file, and another `MONO_HOME` had taken the same block of ports on this Docker engine by then. If that home is gone, remove the volume: `docker volume rm <volume>`.",
  example: { first: 19_100, last: 19_199, holder: "volume mono-claim-ports-1" },
});
