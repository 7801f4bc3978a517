import { isMap, isScalar, parseDocument } from "yaml";

/**
 * The services in the order of the compose files: the keys of `services:`, file by file. `docker compose config`
 * sorts them, and this order alone is read from the raw files. Services that stand elsewhere (`include`, `extends`)
 * come last, sorted. `texts` are the files' contents; what cannot be read is left to Compose to complain about.
 */
export function serviceOrder(texts: readonly string[], services: readonly string[]): readonly string[] {
  const known = new Set(services);
  const inFiles = texts.flatMap(serviceKeys).filter((name) => known.has(name));
  return [...new Set([...inFiles, ...services.toSorted()])];
}

function serviceKeys(text: string): string[] {
  const document = parseDocument(text, { prettyErrors: false, logLevel: "silent", uniqueKeys: false });
  const services = document.get("services", true);
  if (!isMap(services)) return [];
  return services.items.flatMap(({ key }) => (isScalar(key) ? [String(key.source ?? key.value)] : []));
}
