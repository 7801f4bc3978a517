/** What two copies of a workspace still have in common after mono has made private everything that it can. */
import { contains } from "../environment/paths.ts";
import { imagesOfScripts, namesInTexts, sharedNames } from "./shared-names.ts";
import { type ComposeModel, type NamedThing, type Service, type SharedThing, textOf } from "./model.ts";

interface SharingContext {
  readonly project: string;
  /** The folders that are the environment's own, the workspace among them: their real paths. */
  readonly ownFolders: readonly string[];
  /** Resolves the symbolic links in a path. */
  readonly realPath: (path: string) => string;
  /** The texts of mono.yml's scripts. */
  readonly scripts: readonly string[];
}

/** Lists what stays shared. The model is the one that `docker compose config` printed. */
export function findShared(model: ComposeModel, context: SharingContext): readonly SharedThing[] {
  const isInside = (path: string) => {
    const real = context.realPath(undoubled(path));
    return context.ownFolders.some((folder) => contains(folder, real));
  };
  return [
    ...Object.entries(model.networks ?? {}).flatMap(([name, network]) => sharedNetwork(name, network)),
    ...Object.entries(model.volumes ?? {}).flatMap(([name, volume]) => sharedVolume(name, volume, isInside)),
    ...Object.entries(model.services).flatMap(([name, service]) =>
      sharedByService(name, service, model, isInside),
    ),
    ...sharedNames(model, context.project),
    ...imagesOfScripts(model, context.scripts),
    ...namesInTexts(model, context.project),
  ];
}

function sharedNetwork(name: string, network: NamedThing | null): SharedThing[] {
  if (network?.external !== true) return [];
  return [{ subject: `network ${name}`, reason: `external: ${network.name ?? name}` }];
}

type IsInside = (path: string) => boolean;

function sharedVolume(name: string, volume: NamedThing | null, isInside: IsInside): SharedThing[] {
  const subject = `volume ${name}`;
  if (volume?.external === true) return [{ subject, reason: `external: ${volume.name ?? name}` }];
  const { device, type } = volume?.driver_opts ?? {};
  if (typeof device !== "string" || type === "tmpfs") return [];
  if (device.startsWith("/") && isInside(device)) return [];
  return [{ subject, reason: `kept at ${undoubled(device)}, outside the workspace` }];
}

function sharedByService(
  name: string,
  service: Service,
  model: ComposeModel,
  isInside: IsInside,
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
      return type === "bind" && readOnly !== true && !isInside(source);
    })
    .map(({ source = "" }) => ({ subject, reason: `writes to ${undoubled(source)}, outside the workspace` }));
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

/** `config` doubles every `$`. */
function undoubled(text: string): string {
  return text.replaceAll("$$", "$");
}

/** As it stands in the generated file, which Compose interpolates. */
export function toExtension(shared: readonly SharedThing[]): readonly SharedThing[] {
  return shared.map(({ subject, reason }) => ({ subject, reason: reason.replaceAll("$", "$$$$") }));
}

/** What the environment shares, as its generated file says. */
export function sharedOf(generated: ComposeModel): readonly SharedThing[] {
  const shared = generated["x-mono-shared"] ?? [];
  return shared.map(({ subject, reason }) => ({ subject, reason: undoubled(reason) }));
}
