/**
 * The Compose model as `docker compose config` prints it: resolved, in long form, paths absolute, `$` doubled.
 * Only what mono reads or changes has a type; everything else passes through untouched.
 */

import type { StrayAddress } from "./stray-addresses.ts";

/** A mapping whose values are not known. */
export type Mapping = { readonly [key: string]: unknown };

export interface PortEntry extends Mapping {
  readonly target: number;
  /** A number or a range `a-b`; absent: any free port. */
  readonly published?: string;
  readonly protocol?: string;
  readonly host_ip?: string;
  readonly app_protocol?: string;
}

export interface ServiceNetwork extends Mapping {
  readonly aliases?: readonly string[];
}

interface VolumeEntry extends Mapping {
  readonly type?: string;
  readonly source?: string;
  readonly target?: string;
  readonly read_only?: boolean;
}

export interface Service extends Mapping {
  readonly image?: string;
  readonly build?: Mapping;
  readonly container_name?: string;
  readonly ports?: readonly PortEntry[];
  readonly networks?: Readonly<Record<string, ServiceNetwork | null>>;
  readonly volumes?: readonly VolumeEntry[];
  readonly network_mode?: string;
  readonly scale?: number;
  readonly deploy?: Mapping;
}

/** A top-level network, volume, config or secret. */
export interface NamedThing extends Mapping {
  readonly name?: string;
  readonly external?: boolean;
  readonly driver?: string;
  readonly driver_opts?: Mapping;
  readonly ipam?: Mapping;
}

export type Things = Readonly<Record<string, NamedThing | null>>;

export interface ComposeModel extends Mapping {
  readonly name?: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Things;
  readonly volumes?: Things;
  readonly configs?: Things;
  readonly secrets?: Things;
  /** In a generated model: the profiles that are switched on. */
  readonly "x-mono-profiles"?: readonly string[];
  /** In a generated model: the host of the engine, if that is not on this machine. */
  readonly "x-mono-host"?: string;
  /** In a generated model: the ports' own variables, set to the private ports. */
  readonly "x-mono-turned"?: Readonly<Record<string, string>>;
  /** In a generated model: addresses in it that are another copy's. */
  readonly "x-mono-addresses"?: readonly StrayAddress[];
  /** In a generated model: what other environments use too. */
  readonly "x-mono-shared"?: readonly SharedThing[];
}

export interface SharedThing {
  /** What it is, as the compose file calls it: `volume cache`, `service web`. */
  readonly subject: string;
  /** Why it is shared. */
  readonly reason: string;
}

/** What a mapping has under a key; undefined for anything else than a mapping. */
export function valueAt(value: unknown, key: string): unknown {
  return isMapping(value) ? value[key] : undefined;
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text of a scalar; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

/** A copy of the mapping with every value mapped; the keys' order is kept. */
export function mapValues<T, U>(
  mapping: Readonly<Record<string, T>>,
  change: (value: T, key: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, change(value, key)]));
}

/** A copy without some keys. */
export function without<T extends Mapping>(mapping: T, ...keys: readonly string[]): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every key of a model's mapping is optional
  return Object.fromEntries(Object.entries(mapping).filter(([key]) => !keys.includes(key))) as T;
}

/** How many containers of a service Compose starts: `deploy.replicas` or `scale`. */
export function replicasOf(service: Service): number {
  const replicas = service.deploy?.["replicas"] ?? service.scale;
  return typeof replicas === "number" ? replicas : 1;
}
