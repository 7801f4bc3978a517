/** Paths of this machine that containers want to see, where the engine is on another one: there they are not. Pure. */
import { type ComposeModel, isMapping, type Service, type Things, textOf, valueAt } from "./model.ts";

export interface LocalPath {
  /** What wants it: `service web`, `volume data`. */
  readonly subject: string;
  readonly path: string;
}

/** `isLocal` says whether a path is one that only this machine has: the workspace's, or mono's. */
export function findLocalPaths(
  model: ComposeModel,
  isLocal: (path: string) => boolean,
): readonly LocalPath[] {
  const own = (subject: string, path: string) => (isLocal(path) ? [{ subject, path }] : []);
  const volumes = Object.entries(model.volumes ?? {}).flatMap(([name, volume]) =>
    own(`volume ${name}`, textOf(valueAt(volume?.driver_opts, "device"))),
  );
  const services = Object.entries(model.services).flatMap(([name, service]) => [
    ...(service.volumes ?? [])
      .filter(({ type }) => type === "bind")
      .flatMap(({ source = "" }) => own(`service ${name}`, source)),
    ...filesOf(service, "configs", model.configs).flatMap((path) => own(`service ${name}`, path)),
    ...filesOf(service, "secrets", model.secrets).flatMap((path) => own(`service ${name}`, path)),
  ]);
  return [...volumes, ...services];
}

/** Compose mounts configs and secrets that are files. */
function filesOf(
  service: Service,
  key: "configs" | "secrets",
  things: Things | undefined,
): readonly string[] {
  const used = service[key];
  return (Array.isArray(used) ? used : []).flatMap((entry: unknown) => {
    const name = isMapping(entry) ? textOf(entry["source"]) : textOf(entry);
    const file = textOf(things?.[name]?.["file"]);
    return file === "" ? [] : [file];
  });
}

/** `service web mounts ~/shop/src, which is not on far.example`: what is wrong, and what helps. */
export function describeLocalPath({ path, subject }: LocalPath, host: string): string {
  return `${subject} mounts ${path}, which is on this machine and not on ${host}: develop.watch, a volume or the image brings it there`;
}
