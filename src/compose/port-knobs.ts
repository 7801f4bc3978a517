/**
 * The variables by which the authors of compose files let a published port be chosen: `"${WEB_PORT:-3000}:3000"`. mono sets
 * them to the private ports. Pure. Which port a variable stands for is not read from the files: Compose is asked for the
 * model with a number of its own for each of them, and the numbers are looked for in it.
 */
import { isMap, isScalar, isSeq, parseDocument, visit } from "yaml";
import { type ComposeModel, type PortEntry, type Service, textOf, valueAt } from "./model.ts";
import { textsOf } from "./service-texts.ts";

/** A knob that mono does not turn, and why. */
export interface KeptKnob {
  readonly variable: string;
  /** The service that publishes the port. */
  readonly service: string;
  readonly reason: string;
}

export interface Knobs {
  /** The variables, and the private port that each stands for. */
  readonly turned: Readonly<Record<string, string>>;
  readonly kept: readonly KeptKnob[];
}

/** The variables that alone are the published number of some port in these texts. */
export function knobsIn(texts: readonly string[]): readonly string[] {
  const names = texts
    .filter((text) => text.includes("$"))
    .flatMap((text) => {
      const document = parseDocument(text, { prettyErrors: false, logLevel: "silent", uniqueKeys: false });
      const found: string[] = [];
      visit(document, {
        Pair(_key, { key, value }) {
          if (!isScalar(key) || key.value !== "ports" || !isSeq(value)) return;
          for (const item of value.items) {
            const long = isMap(item) ? item.get("published") : undefined;
            const published = isScalar(item) ? publishedPart(textOf(item.value)) : textOf(long);
            const name = /^\$(?:(\w+)$|\{([A-Za-z_]\w*)(?:\}$|:?[-?].*\}$))/s.exec(published);
            found.push(...(name === null ? [] : [name[1] ?? name[2] ?? ""]));
          }
        },
      });
      return found;
    });
  return [...new Set(names)].filter((name) => !/^(MONO|COMPOSE|DOCKER)_/.test(name));
}

/** What stands before the last colon that is in no braces, up to the one before it: `3000` in `127.0.0.1:3000:80`. */
function publishedPart(port: string): string {
  const parts = [""];
  let depth = 0;
  for (const character of port) {
    if (character === "{") depth++;
    if (character === "}") depth--;
    if (character === ":" && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.at(-2) ?? "";
}

/** A number for each knob that no compose file is likely to have. */
export function probeNumbers(knobs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(knobs.map((name, index) => [name, String(firstProbe + index)]));
}

const firstProbe = 61_417;

export interface ProbedModels {
  /** As it is without mono. */
  readonly outside: ComposeModel;
  /** With the numbers of the probes. */
  readonly probed: ComposeModel;
  /** The same with private ports. */
  readonly allocated: ComposeModel;
}

export function findKnobs(probes: Readonly<Record<string, string>>, models: ProbedModels): Knobs {
  const turned: Record<string, string> = {};
  const kept: KeptKnob[] = [];
  for (const [variable, number] of Object.entries(probes)) {
    const uses = usesOf(number, models);
    const [use] = uses;
    if (use === undefined) continue;
    const reason = whyKept(number, uses, models);
    if (reason === undefined) turned[variable] = use.hostPort;
    else kept.push({ variable, service: use.service, reason });
  }
  return { turned, kept };
}

/** A port that is published under a probe's number. */
interface Use {
  readonly service: string;
  readonly entry: PortEntry;
  readonly hostPort: string;
  /** The same port without mono. */
  readonly outside: PortEntry | undefined;
}

function usesOf(number: string, { allocated, outside, probed }: ProbedModels): readonly Use[] {
  return entriesOf(probed).flatMap(({ entry, index, service }) => {
    const hostPort = allocated.services[service]?.ports?.[index]?.published?.split("-")[0];
    if (entry.published !== number || hostPort === undefined) return [];
    return [{ service, entry, hostPort, outside: outside.services[service]?.ports?.[index] }];
  });
}

function whyKept(number: string, uses: readonly Use[], { probed }: ProbedModels): string | undefined {
  const isTarget = entriesOf(probed).some(({ entry }) => String(entry.target) === number);
  if (isTarget) return "it is also a port in the container";
  if (new Set(uses.map(({ hostPort }) => hostPort)).size > 1) return "it stands for several ports";
  const isMore = uses.some(
    ({ entry, outside }) => outside?.host_ip !== entry.host_ip || outside?.target !== entry.target,
  );
  if (isMore) return "its value is more than a port";
  // Nothing in the project reaches the container by a number that is only published.
  const inside = uses.filter(({ entry, outside }) => outside?.published === String(entry.target));
  for (const { service } of inside) {
    if (listensOn(probed.services[service], number)) {
      return "the program in the container listens on it, too";
    }
    const other = Object.entries(probed.services).find(
      ([name, model]) => name !== service && reaches(model, namesOf(service, probed), number),
    );
    if (other !== undefined) return `${other[0]} reaches the container by it`;
  }
  return undefined;
}

/** True if a service's own program is told the number: by its command, its check, or the variable that is there for it. */
function listensOn(service: Service | undefined, number: string): boolean {
  const told = [service?.["command"], service?.["entrypoint"], checkOf(service)];
  if (told.some((words) => (JSON.stringify(words) ?? "").includes(number))) return true;
  return listenVariables.some((name) => textOf(valueAt(service?.["environment"], name)) === number);
}

const listenVariables: readonly string[] = ["PORT", "HTTP_PORT", "LISTEN_PORT", "SERVER_PORT"];

/** True if a service has the number beside a name of the container: `db:5432`, or a host and a port of their own. */
function reaches(model: Service, names: readonly string[], number: string): boolean {
  const texts = [...textsOf(model).map(({ text }) => text), JSON.stringify(checkOf(model)) ?? ""];
  const alone = new RegExp(String.raw`(?<![\d:])${number}(?!\d)`);
  const name = names.map((one) => one.replace(/[^\w-]/g, String.raw`\$&`)).join("|");
  const beside = new RegExp(String.raw`(?<![\w.-])(?:${name}):${number}(?!\d)`);
  const named = new RegExp(String.raw`(?:^|[\s=,;@"']|//)(?:${name})(?=$|[\s:/,;"'])`);
  if (texts.some((text) => beside.test(text))) return true;
  return texts.some((text) => alone.test(text)) && texts.some((text) => named.test(text));
}

function checkOf(service: Service | undefined): unknown {
  return valueAt(service?.["healthcheck"], "test");
}

/** What other containers call a service's. */
function namesOf(service: string, { services }: ComposeModel): readonly string[] {
  const { container_name: container, hostname, networks } = services[service] ?? {};
  const aliases = Object.values(networks ?? {}).flatMap((network) => network?.aliases ?? []);
  return [service, container ?? "", textOf(hostname), ...aliases].filter((name) => name !== "");
}

/** None is turned: with them Compose has not read what was meant. */
export function keepAll({ kept, turned }: Knobs): Knobs {
  const reason = "with it, the files publish other ports";
  const others = Object.keys(turned).map((variable) => ({ variable, service: "the compose files", reason }));
  return { turned: {}, kept: [...kept, ...others] };
}

/** True if every knob has arrived at its port, and at no other. `read` is the model that Compose read with them. */
export function areTurned(
  turned: Readonly<Record<string, string>>,
  read: ComposeModel,
  allocated: ComposeModel,
): boolean {
  const arrived = entriesOf(read).filter(({ entry }) =>
    Object.values(turned).includes(entry.published ?? ""),
  );
  const isRight = arrived.every(({ entry, index, service }) => {
    const [first] = allocated.services[service]?.ports?.[index]?.published?.split("-") ?? [];
    return first === entry.published;
  });
  const numbers = new Set(arrived.map(({ entry }) => entry.published));
  return isRight && Object.values(turned).every((number) => numbers.has(number));
}

function entriesOf({ services }: ComposeModel) {
  return Object.entries(services).flatMap(([service, { ports = [] }]) =>
    ports.map((entry: PortEntry, index) => ({ service, entry, index })),
  );
}
