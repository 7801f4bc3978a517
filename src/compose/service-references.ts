/** References to containers of this project by their fixed names, which they have no more. */
import { isMapping, type Mapping, type Service, textOf } from "./model.ts";

/** Which service had which container name. */
export type ContainerNames = ReadonlyMap<string, string>;

/** `container:NAME` of a container of this project becomes a reference to its service. */
export function withServiceReferences(service: Service, names: ContainerNames): Service {
  return withLinks(withVolumesFrom(withModes(service, names), names), names);
}

/** `network_mode`, `pid` and `ipc`. */
function withModes(service: Service, names: ContainerNames): Service {
  let changed = service;
  for (const key of ["network_mode", "pid", "ipc"]) {
    const owner = names.get(/^container:(.*)$/.exec(textOf(service[key]))?.[1] ?? "");
    if (owner === undefined) continue;
    changed = dependingOn({ ...changed, [key]: `service:${owner}` }, owner, { restart: true });
  }
  return changed;
}

function withVolumesFrom(service: Service, names: ContainerNames): Service {
  let changed = service;
  for (const entry of listOf(service, "volumes_from")) {
    const [, name = "", mode = ""] = /^container:([^:]*)(.*)$/.exec(entry) ?? [];
    const owner = names.get(name);
    if (owner === undefined) continue;
    const list = listOf(changed, "volumes_from").map((other) =>
      other === entry ? `${owner}${mode}` : other,
    );
    changed = dependingOn({ ...changed, volumes_from: list }, owner, {});
  }
  return changed;
}

/** An external link to a container of the same project is a link. */
function withLinks(service: Service, names: ContainerNames): Service {
  let changed = service;
  for (const entry of listOf(service, "external_links")) {
    const [name = "", alias = name] = entry.split(":");
    const owner = names.get(name);
    if (owner === undefined) continue;
    const links = [...listOf(changed, "links"), `${owner}:${alias}`];
    const others = listOf(changed, "external_links").filter((other) => other !== entry);
    changed = dependingOn({ ...changed, links, external_links: others }, owner, { restart: true });
  }
  return changed;
}

function listOf(service: Service, key: string): readonly string[] {
  const list = service[key];
  return Array.isArray(list) ? list.map(textOf) : [];
}

/** The dependency that Compose derives from such a reference, written out as `config` prints it. */
function dependingOn(service: Service, owner: string, more: Mapping): Service {
  const before = isMapping(service["depends_on"]) ? service["depends_on"] : {};
  if (before[owner] !== undefined) return service;
  const dependency = { condition: "service_started", ...more, required: true };
  return { ...service, depends_on: { ...before, [owner]: dependency } };
}
