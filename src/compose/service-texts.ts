/** The texts of a service in which an address may stand: environment, labels, build arguments, command. */
import { isMapping, type Mapping, mapValues, type Service, textOf } from "./model.ts";

export interface ServiceText {
  /** As a person calls it: `API_URL`, `label traefik.port`, `build argument VITE_API`, `command`. */
  readonly place: string;
  readonly text: string;
}

export function textsOf(service: Service): readonly ServiceText[] {
  const inMapping = (mapping: unknown, prefix: string) =>
    Object.entries(isMapping(mapping) ? mapping : {}).map(([key, value]) => ({
      place: `${prefix}${key}`,
      text: textOf(value),
    }));
  const words = (key: string) => {
    const list: readonly unknown[] = Array.isArray(service[key]) ? service[key] : [];
    return list.map((word) => ({ place: key, text: textOf(word) }));
  };
  return [
    ...inMapping(service["environment"], ""),
    ...inMapping(service["labels"], "label "),
    ...inMapping(service.build?.["args"], "build argument "),
    ...words("entrypoint"),
    ...words("command"),
  ];
}

/** The service with every such text changed; what does not change stays the same object. */
export function mapTexts(service: Service, change: (text: string) => string): Service {
  const changeText = (value: unknown) => (typeof value === "string" ? change(value) : value);
  const isChanged = textsOf(service).some(({ text }) => change(text) !== text);
  if (!isChanged) return service;
  const mapped = (owner: Mapping, ...keys: readonly string[]) =>
    Object.fromEntries(
      keys.flatMap((key): [string, unknown][] => {
        const value: unknown = owner[key];
        if (Array.isArray(value)) return [[key, value.map(changeText)]];
        return isMapping(value) ? [[key, mapValues(value, changeText)]] : [];
      }),
    );
  return {
    ...service,
    ...mapped(service, "environment", "labels", "entrypoint", "command"),
    ...(service.build && { build: { ...service.build, ...mapped(service.build, "args") } }),
  };
}
