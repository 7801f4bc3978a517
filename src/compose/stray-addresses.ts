/**
 * Addresses that are another copy's now: `localhost:8000` in a service, where 8000 is what another service of the project
 * publishes without mono. A port of the service's own container is its own. Pure.
 */
import { portVariables } from "../environment/variables.ts";
import { type ComposeModel, type Service, textOf } from "./model.ts";
import type { OutsidePort } from "./outside-ports.ts";
import { publishedPortsOf } from "./private-ports.ts";
import { textsOf } from "./service-texts.ts";

export interface StrayAddress {
  /** The service that has it. */
  readonly service: string;
  /** Where it stands: `API_URL`, `label …`, `build argument …`, `command`. */
  readonly place: string;
  /** As it is written: `localhost:8000`. */
  readonly address: string;
  /** The service whose port it is without mono. */
  readonly owner: string;
  /** What that port is here. */
  readonly hostPort: number;
  /** What could be written for the number. */
  readonly instead: string;
}

/** `0.0.0.0` is where a program listens, also as `internal://0.0.0.0:9092`; in a URL of the web it is an address. */
const loopback =
  /(?<![\w.-])(?:(?:localhost|127\.0\.0\.1|\[::1\])|(?<=(?:https?|wss?):\/\/(?:[^\s/@]*@)?)0\.0\.0\.0):(\d{1,5})(?!\d)/g;

/** `meant` is the model as it will be, with private ports. */
export function findStrayAddresses(
  meant: ComposeModel,
  ports: ReadonlyMap<number, OutsidePort>,
): readonly StrayAddress[] {
  const published = publishedPortsOf(meant);
  const insteadOf = ({ service, number, hostPort }: OutsidePort) => {
    const variables = portVariables(published.filter((port) => port.service === service));
    const name = Object.entries(variables).find(([, value]) => value === String(hostPort))?.[0];
    return name === undefined ? String(hostPort) : `\${${name}:-${number}}`;
  };
  return Object.entries(meant.services).flatMap(([service, model]) => {
    const own = containerPorts(service, meant);
    const found = textsOf(model).flatMap(({ place, text }) =>
      [...text.matchAll(loopback)].flatMap(([address, number]) => {
        const port = own.has(Number(number)) ? undefined : ports.get(Number(number));
        if (port === undefined) return [];
        const { hostPort, service: owner } = port;
        return [{ service, place, address, owner, hostPort, instead: insteadOf(port) }];
      }),
    );
    return found.filter(
      ({ address, place }, index) =>
        found.findIndex((other) => other.address === address && other.place === place) === index,
    );
  });
}

/** The ports of the container, and of those that share its network: what it publishes or exposes. */
function containerPorts(service: string, { services }: ComposeModel): ReadonlySet<number> {
  const networkOf = (name: string) =>
    /^service:(.*)$/.exec(textOf(services[name]?.network_mode))?.[1] ?? name;
  const together = Object.entries(services).filter(([name]) => networkOf(name) === networkOf(service));
  return new Set(together.flatMap(([, model]) => portsInside(model)));
}

function portsInside({ expose, ports = [] }: Service): readonly number[] {
  const exposed = (Array.isArray(expose) ? expose : []).map((port) => Number.parseInt(textOf(port), 10));
  return [...ports.map(({ target }) => target), ...exposed];
}

/** `web: API_URL names localhost:8000, which is api's port outside of mono; here it is 19102. Write …` */
export function describeStray({ address, hostPort, instead, owner, place, service }: StrayAddress): string {
  const whose = owner === service ? "its own" : `${owner}'s`;
  return `${service}: ${place} names ${address}, which is ${whose} port outside of mono; here it is ${hostPort}. Write ${instead}`;
}

/** As they stand in the generated file, which Compose interpolates. */
export function straysToExtension(strays: readonly StrayAddress[]): readonly StrayAddress[] {
  return strays.map((stray) => changeTexts(stray, (text) => text.replaceAll("$", "$$$$")));
}

/** What a generated file says of them. */
export function straysOf(generated: ComposeModel): readonly StrayAddress[] {
  const strays = generated["x-mono-addresses"] ?? [];
  return strays.map((stray) => changeTexts(stray, (text) => text.replaceAll("$$", "$")));
}

function changeTexts(stray: StrayAddress, change: (text: string) => string): StrayAddress {
  return { ...stray, place: change(stray.place), instead: change(stray.instead) };
}
