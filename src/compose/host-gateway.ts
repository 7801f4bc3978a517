/**
 * Addresses of this host as containers call it, `host.docker.internal:3000`. They always mean the host: so a port that the
 * project publishes is replaced by the private one, and any other is shared by all copies. Pure.
 */
import { portBlockOf } from "../environment/ports.ts";
import { type ComposeModel, isMapping, mapValues, type Service, type SharedThing, textOf } from "./model.ts";
import type { OutsidePort } from "./outside-ports.ts";
import { mapTexts, textsOf } from "./service-texts.ts";

/** Of Docker, Podman, Lima (Colima), OrbStack, and Docker for Mac in its early days. */
const gatewayNames: readonly string[] = [
  "host.docker.internal",
  "gateway.docker.internal",
  "host.containers.internal",
  "host.lima.internal",
  "host.orb.internal",
  "docker.for.mac.localhost",
  "docker.for.mac.host.internal",
];

type Ports = ReadonlyMap<number, OutsidePort>;

export function withHostPorts(model: ComposeModel, ports: Ports): ComposeModel {
  const services = mapValues(model.services, (service) =>
    mapTexts(service, (text) =>
      text.replace(addressOf(service), (address: string, name: string, port: string) => {
        const own = ports.get(Number(port));
        return own === undefined ? address : `${name}:${own.hostPort}`;
      }),
    ),
  );
  return { ...model, services };
}

/** What of this host the services use that is not the project's. `id` is the environment's. */
export function sharedHostPorts(model: ComposeModel, ports: Ports, id: number): readonly SharedThing[] {
  const block = portBlockOf(id);
  const isOwn = (port: number) => ports.has(port) || (port >= block.first && port <= block.last);
  return Object.entries(model.services).flatMap(([name, service]) => {
    const names = namesOf(service);
    const reasons = textsOf(service).flatMap(({ place, text }) => {
      if (names.includes(text)) return [`${place} names this host`];
      const used = [...text.matchAll(addressOf(service))].map(([, , port]) => Number(port));
      return used.filter((port) => !isOwn(port)).map((port) => `${place} names port ${port} of this host`);
    });
    return [...new Set(reasons)].map((reason) => ({ subject: `service ${name}`, reason }));
  });
}

function addressOf(service: Service): RegExp {
  const names = namesOf(service).map((name) => name.replace(/[^\w-]/g, String.raw`\$&`));
  return new RegExp(String.raw`(?<![\w.-])(${names.join("|")}):(\d{1,5})(?!\d)`, "g");
}

/** With those that the service itself gives the host, by `extra_hosts`. */
function namesOf(service: Service): readonly string[] {
  const extra = service["extra_hosts"];
  const entries: readonly unknown[] = Array.isArray(extra) ? extra : [];
  const listed = entries.map((entry) => /^([^=:]+)[=:](.*)$/.exec(textOf(entry)) ?? []);
  const mapped = Object.entries(isMapping(extra) ? extra : {}).map(([name, to]) => ["", name, textOf(to)]);
  const own = [...listed, ...mapped].flatMap(([, name = "", to]) => (to === "host-gateway" ? [name] : []));
  return [...new Set([...gatewayNames, ...own])];
}
