import { variableClash } from "../error/catalogue/compose.ts";
import type { Environment } from "./environment.ts";
import { hostOf, urlOf } from "./url.ts";

/** A port of a service on this host, as the generated compose file has it. */
export interface PublishedPort {
  readonly service: string;
  readonly protocol: string;
  readonly containerPort: number;
  /** The first host port, if several (a range, replicas). */
  readonly hostPort: number;
  readonly hostIp: string | undefined;
  /** What the compose file says that it speaks. */
  readonly appProtocol?: string;
}

/** Variables that say which environment a process is in: a person's own MONO_… have other names. */
export const ofEnvironment =
  /^MONO_(ENV_(NAME|ID|PATH|VARIABLES)|DATA_DIR|[A-Z0-9_]+_(HOST|PORT(_\d+(_UDP)?)?|URL))$/;

/** The ones that come from published ports. */
export const ofPorts = /^MONO_[A-Z0-9_]+_(HOST|PORT(_\d+(_UDP)?)?|URL)$/;

/** The names of the ports' own variables that mono has set, separated by spaces. */
export const knobsVariable = "MONO_ENV_VARIABLES";

/** Variables without those that come from published ports: MONO_… and the ports' own. */
export function lastingVariables(variables: Variables): Variables {
  const knobs = new Set(variables[knobsVariable]?.split(" "));
  const isOfPorts = (name: string) => ofPorts.test(name) || knobs.has(name) || name === knobsVariable;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !isOfPorts(name)));
}

/** For the setup script of `mono init --from`: the name of the environment whose data is there already. */
export const fromVariable = "MONO_INIT_FROM";

/** What every process of a run has in its environment, wherever it goes: the token of that run. */
export const runTokenVariable = "MONO_RUN_TOKEN";

/**
 * What every process has in its environment that mono starts for one, wherever it goes: its mark. Scripts, the session's
 * shells, and what they start. `mono vars` and `mono exec` do not hand it on, so a person's own shell or editor never has
 * it.
 */
export const markVariable = "MONO_ENV_TOKEN";

/** MONO_* variables by name, in the order in which they are printed. */
export type Variables = Readonly<Record<string, string>>;

/** The variables that every environment has. */
export function identityVariables(environment: Environment, dataFolder: string): Variables {
  return {
    MONO_ENV_NAME: environment.name,
    MONO_ENV_ID: String(environment.id),
    MONO_ENV_PATH: environment.path,
    MONO_DATA_DIR: dataFolder,
  };
}

/**
 * `MONO_<SERVICE>_PORT` for the first port of each service, and `MONO_<SERVICE>_PORT_<CONTAINERPORT>` (`…_UDP`) for
 * each port of a service with several. Throws when two services give one variable.
 */
export function portVariables(ports: readonly PublishedPort[]): Variables {
  const variables: Record<string, string> = {};
  const owners = new Map<string, string>();
  const set = (name: string, port: PublishedPort) => {
    const owner = owners.get(name);
    if (owner === undefined) {
      owners.set(name, port.service);
      variables[name] = String(port.hostPort);
    } else if (owner !== port.service) {
      throw variableClash({ one: owner, other: port.service, variable: name });
    }
  };
  for (const service of new Set(ports.map((port) => port.service))) {
    const own = ports.filter((port) => port.service === service);
    const name = `MONO_${variablePart(service)}_PORT`;
    for (const port of own.slice(0, 1)) set(name, port);
    if (own.length === 1) continue;
    for (const port of own) {
      set(`${name}_${port.containerPort}${port.protocol === "udp" ? "_UDP" : ""}`, port);
    }
  }
  return variables;
}

/** `MONO_<SERVICE>_HOST` for each service with a port: where its first is reached. */
export function hostVariables(ports: readonly PublishedPort[], engineHost: string | undefined): Variables {
  const variables: Record<string, string> = {};
  for (const port of ports) variables[`MONO_${variablePart(port.service)}_HOST`] ??= hostOf(port, engineHost);
  return variables;
}

/**
 * `MONO_<SERVICE>_URL` for each service with a port that speaks HTTP: the address of its first. `engineHost` is where the
 * engine is, if not on this machine.
 */
export function urlVariables(ports: readonly PublishedPort[], engineHost: string | undefined): Variables {
  const variables: Record<string, string> = {};
  for (const port of ports) {
    const url = urlOf(port, engineHost);
    if (url !== undefined) variables[`MONO_${variablePart(port.service)}_URL`] ??= url;
  }
  return variables;
}

function variablePart(service: string): string {
  return service.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}
