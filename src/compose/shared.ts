/** What two copies of a workspace have in common although mono made everything private that it can. */
import { resolve, sep } from "node:path";
import { type ComposeModel, type NamedThing, type Service, textOf } from "./model.ts";

export interface SharedThing {
  /** What it is, as the compose file calls it: `volume cache`, `service web`. */
  readonly subject: string;
  /** Why it is shared. */
  readonly reason: string;
}

/** Lists what stays shared. `workspace` is the real path; the model is the one that `config` printed. */
export function findShared(model: ComposeModel, workspace: string): readonly SharedThing[] {
  return [
    ...Object.entries(model.networks ?? {}).flatMap(([name, network]) => sharedNetwork(name, network)),
    ...Object.entries(model.volumes ?? {}).flatMap(([name, volume]) => sharedVolume(name, volume, workspace)),
    ...Object.entries(model.services).flatMap(([name, service]) =>
      sharedByService(name, service, model, workspace),
    ),
  ];
}

function sharedNetwork(name: string, network: NamedThing | null): SharedThing[] {
  if (network?.external !== true) return [];
  return [{ subject: `network ${name}`, reason: `external: ${network.name ?? name}` }];
}

function sharedVolume(name: string, volume: NamedThing | null, workspace: string): SharedThing[] {
  const subject = `volume ${name}`;
  if (volume?.external === true) return [{ subject, reason: `external: ${volume.name ?? name}` }];
  const { device, type } = volume?.driver_opts ?? {};
  if (typeof device !== "string" || type === "tmpfs") return [];
  if (device.startsWith("/") && isInside(device, workspace)) return [];
  return [{ subject, reason: `kept at ${unescape(device)}, outside the workspace` }];
}

function sharedByService(
  name: string,
  service: Service,
  model: ComposeModel,
  workspace: string,
): SharedThing[] {
  const subject = `service ${name}`;
  const modes = ["network_mode", "pid", "ipc", "uts", "userns_mode"].flatMap((key) => {
    const value = textOf(service[key]);
    return isSharedMode(value, model) ? [{ subject, reason: `${key}: ${value}` }] : [];
  });
  const others = [service["volumes_from"], service["external_links"]].flatMap((list) =>
    (Array.isArray(list) ? list.map(textOf) : [])
      .filter((entry) => isForeignContainer(entry, list === service["external_links"], model))
      .map((entry) => ({ subject, reason: `uses a container of another project: ${entry}` })),
  );
  const binds = (service.volumes ?? [])
    .filter(({ type, source = "", read_only: readOnly }) => {
      return type === "bind" && readOnly !== true && !isInside(source, workspace);
    })
    .map(({ source = "" }) => ({ subject, reason: `writes to ${unescape(source)}, outside the workspace` }));
  return [...modes, ...others, ...binds];
}

function isSharedMode(value: string, model: ComposeModel): boolean {
  return value === "host" || (value.startsWith("container:") && isForeignContainer(value, false, model));
}

function isForeignContainer(entry: string, isLink: boolean, model: ComposeModel): boolean {
  if (!isLink && !entry.startsWith("container:")) return false;
  const [name = ""] = entry.replace(/^container:/, "").split(":");
  return !Object.values(model.services).some((service) => service.container_name === name);
}

function isInside(path: string, folder: string): boolean {
  const real = resolve(unescape(path));
  return real === folder || real.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** `config` doubles every `$`. */
function unescape(text: string): string {
  return text.replaceAll("$$", "$");
}
