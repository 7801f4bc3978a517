/**
 * What Compose would look up only when a container starts, looked up for good: the variables of the process that calls Compose
 * then, and the folder in which it is called, do not count any more. Pure.
 */
import { isAbsolute, resolve } from "node:path";
import {
  type ComposeModel,
  isMapping,
  type Mapping,
  mapValues,
  type NamedThing,
  type Service,
  textOf,
  valueAt,
  without,
} from "./model.ts";

/** A file that the private project needs beside its compose file, readable by the user alone. */
export interface SecretFile {
  readonly name: string;
  readonly text: string;
}

interface FrozenSecrets {
  readonly model: ComposeModel;
  readonly files: readonly SecretFile[];
}

/** The variables that secrets and configs name. */
export function variablesOfSecrets({ configs, secrets }: ComposeModel): readonly string[] {
  return [...Object.values(configs ?? {}), ...Object.values(secrets ?? {})].flatMap((thing) => {
    const name = textOf(thing?.["environment"]);
    return name === "" ? [] : [name];
  });
}

/**
 * Secrets and configs with the values of their variables. A config has its value inline. Compose has no inline secret:
 * in containers it becomes a config, which Compose puts there in the same way, and for builds a file in `folder`.
 * `valueOf` gives a secret's or config's value; undefined leaves it to Compose, which names it as missing.
 */
export function freezeSecrets(
  model: ComposeModel,
  folder: string,
  valueOf: (key: string, variable: string) => string | undefined,
): FrozenSecrets {
  const files: SecretFile[] = [];
  const fileOf = (key: string, text: string): NamedThing => {
    const name = `secret-${key}`;
    files.push({ name, text });
    return { file: escape(resolve(folder, name)) };
  };
  const known = (key: string, thing: NamedThing | null) => {
    const variable = textOf(thing?.["environment"]);
    return variable === "" ? undefined : valueOf(key, variable);
  };
  const configs: Record<string, NamedThing | null> = mapValues(model.configs ?? {}, (config, key) => {
    const value = known(key, config);
    if (value === undefined || config === null) return config;
    const rest = without(config, "environment");
    // Compose takes an inline config without text for one without any source.
    return value === "" ? { ...rest, ...fileOf(`config-${key}`, "") } : { ...rest, content: escape(value) };
  });
  const inBuilds = new Set(Object.values(model.services).flatMap((service) => sourcesOf(service.build)));
  const moved = new Map<string, string>();
  const secrets = Object.entries(model.secrets ?? {}).flatMap(
    ([key, secret]): [string, NamedThing | null][] => {
      const value = known(key, secret);
      if (value === undefined || secret === null) return [[key, secret]];
      if (value !== "") {
        moved.set(key, `mono-secret-${key}`);
        configs[`mono-secret-${key}`] = { content: escape(value) };
      }
      return value === "" || inBuilds.has(key)
        ? [[key, { ...without(secret, "environment"), ...fileOf(key, value) }]]
        : [];
    },
  );
  const services = mapValues(model.services, (service) => withMovedSecrets(service, moved));
  const changed = without({ ...model, services }, "configs", "secrets");
  return {
    model: {
      ...changed,
      ...(Object.keys(configs).length > 0 && { configs }),
      ...(secrets.length > 0 && { secrets: Object.fromEntries(secrets) }),
    },
    files,
  };
}

function sourcesOf(owner: unknown): string[] {
  return listOf(valueAt(owner, "secrets")).map((entry) => textOf(valueAt(entry, "source")));
}

function withMovedSecrets(service: Service, moved: ReadonlyMap<string, string>): Service {
  const entries = listOf(service["secrets"]);
  const isMoved = (entry: unknown) => moved.has(textOf(valueAt(entry, "source")));
  if (!entries.some(isMoved)) return service;
  const configs = entries.filter(isMoved).map((entry) => {
    const key = textOf(valueAt(entry, "source"));
    const target = resolve("/run/secrets", textOf(valueAt(entry, "target")) || key);
    return { ...(isMapping(entry) ? entry : {}), source: moved.get(key), target };
  });
  const rest = entries.filter((entry) => !isMoved(entry));
  return {
    ...without(service, "secrets"),
    ...(rest.length > 0 && { secrets: rest }),
    configs: [...listOf(service["configs"]), ...configs],
  };
}

/**
 * Variables that Compose did not find when the model was resolved have no value later either, but for those that the
 * environment itself gives.
 */
export function freezeVariables(
  model: ComposeModel,
  variables: Readonly<Record<string, string>>,
): ComposeModel {
  const frozen = (environment: unknown) =>
    Object.fromEntries(
      Object.entries(isMapping(environment) ? environment : {}).flatMap(([name, value]) => {
        if (value !== null) return [[name, value]];
        return variables[name] === undefined ? [] : [[name, escape(variables[name])]];
      }),
    );
  const isOpen = (environment: unknown) =>
    isMapping(environment) && Object.values(environment).includes(null);
  const withFrozen = <T extends Mapping>(owner: T, key: string): T =>
    isOpen(owner[key]) ? { ...owner, [key]: frozen(owner[key]) } : owner;
  const services = mapValues(model.services, (service) => {
    let changed = withFrozen(service, "environment");
    if (isOpen(changed.build?.["args"])) {
      changed = { ...changed, build: withFrozen(changed.build ?? {}, "args") };
    }
    for (const key of ["post_start", "pre_stop"]) {
      const hooks = listOf(changed[key]);
      if (!hooks.some((hook) => isOpen(valueAt(hook, "environment")))) continue;
      changed = {
        ...changed,
        [key]: hooks.map((hook) => (isMapping(hook) ? withFrozen(hook, "environment") : hook)),
      };
    }
    return changed;
  });
  return { ...model, services };
}

/** Paths that Compose resolves only when it uses them: `directory` is what they are relative to. */
export function freezePaths(service: Service, directory: string): Service {
  const absolute = (path: string) => escape(resolve(directory, path.replaceAll("$$", "$")));
  const options = listOf(service["security_opt"]).map(textOf);
  const secured = options.map((option) => {
    const [, name = "", profile = ""] = /^(seccomp[=:])(.*)$/s.exec(option) ?? [];
    const isFile = profile !== "" && profile !== "unconfined" && profile !== "builtin";
    return isFile ? `${name}${absolute(profile)}` : option;
  });
  const caches = ["cache_from", "cache_to"].flatMap((key) => {
    const list = listOf(service.build?.[key]).map(textOf);
    const resolved = list.map((entry) =>
      /(?:^|,)type=local(?:,|$)/.test(entry)
        ? entry.replace(
            /(^|,)(src|dest)=([^,]*)/g,
            (_match, comma: string, name: string, path: string) => `${comma}${name}=${absolute(path)}`,
          )
        : entry,
    );
    return resolved.some((entry, index) => entry !== list[index]) ? [[key, resolved] as const] : [];
  });
  const provider = textOf(valueAt(service["provider"], "type"));
  const isRelative = provider.includes("/") && !isAbsolute(provider);
  const isSecured = secured.some((option, index) => option !== options[index]);
  return {
    ...service,
    ...(isRelative && {
      provider: { ...(isMapping(service["provider"]) ? service["provider"] : {}), type: absolute(provider) },
    }),
    ...(isSecured && { security_opt: secured }),
    ...(caches.length > 0 && { build: { ...service.build, ...Object.fromEntries(caches) } }),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Compose interpolates what it reads. */
function escape(text: string): string {
  return text.replaceAll("$", "$$$$");
}
