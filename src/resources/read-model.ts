/**
 * The model of a project, read with the ports that mono gives it. Ports depend only on which services publish what: so the
 * first reading gives out the ports, and where the files mention a variable whose value is known then, the second reads
 * them with all of those.
 */
import { mentionedVariables, requiredVariables } from "../compose/mentions.ts";
import { addressVariables } from "../compose/mono-variables.ts";
import type { ComposeModel } from "../compose/model.ts";
import { areTurned, findKnobs, keepAll, type Knobs, knobsIn, probeNumbers } from "../compose/port-knobs.ts";
import { allocatePorts, publishedPortsOf } from "../compose/private-ports.ts";
import { serviceOrder } from "../compose/service-order.ts";
import type { DockerCall } from "../docker/ask.ts";
import { composeConfig, type ResolvedModel } from "../docker/compose-calls.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import type { ComposeTexts } from "../docker/compose-texts.ts";
import { engineHost } from "../docker/engine.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { portAt } from "../environment/ports.ts";
import { ofPorts, type Variables } from "../environment/variables.ts";
import { portsChange } from "../error/catalogue/compose.ts";
import type { Owner } from "./owner.ts";

export interface ReadModel extends Knobs {
  readonly source: ResolvedModel;
  /** As it is without mono: the first reading. */
  readonly outside: ComposeModel;
  /** The services in the order of the files. */
  readonly order: readonly string[];
  /** The ports that it was read with: they are kept. */
  readonly allocated: ComposeModel;
}

interface OtherPorts {
  /** The services that publish other ports in the second reading. */
  readonly changed: readonly string[];
}

/** `previous` is the model that was generated last: what had a port there keeps it. */
export async function readModel(
  { environment }: Owner,
  call: DockerCall,
  files: ComposeFiles,
  { texts, previous }: { readonly texts: ComposeTexts; readonly previous: ComposeModel | undefined },
): Promise<ReadModel> {
  const all = [...texts.own, ...texts.others];
  const host = engineHostOf(call);
  const read = async (variables: Variables) =>
    await composeConfig(
      { ...call, env: { ...call.env, ...variables } },
      resourceNameOf(environment.name),
      files.options,
    );
  const allocate = (model: ComposeModel, before: ComposeModel | undefined) => {
    const order = serviceOrder(texts.own, Object.keys(model.services));
    return { order, allocated: { ...allocatePorts(model, environment.id, order, before), ...host } };
  };
  const needed = placeholders(all, environment.id);
  const probes = probeNumbers(knobsIn(all));
  const probing = probe(read, { ...needed, ...probes }, probes);
  // Both have ended before either's error is thrown.
  const [[first], found] = await Promise.all([Promise.allSettled([read(needed)]), probing]);
  if (first.status === "rejected") throw first.reason;
  const outside = first.value.model;
  const given = allocate(outside, previous);
  const known = addressVariables(given.allocated);
  const mentioned = mentionedVariables(all);
  const isMentioned = Object.keys(known).some((name) => mentioned.has(name));
  const knobs =
    found === undefined
      ? unturned
      : findKnobs(probes, { outside, probed: found, allocated: allocate(found, given.allocated).allocated });
  const readAgain = async ({ kept, turned }: Knobs): Promise<ReadModel | OtherPorts> => {
    if (!isMentioned && Object.keys(turned).length === 0) {
      return { turned, kept, outside, source: first.value, ...given };
    }
    const source = await read({ ...known, ...turned });
    const again = allocate(source.model, given.allocated);
    const changed = changedPorts(given.allocated, again.allocated);
    const isAsMeant = changed.length === 0 && areTurned(turned, source.model, again.allocated);
    return isAsMeant ? { turned, kept, outside, source, ...again } : { changed };
  };
  const asMeant = await readAgain(knobs);
  if ("source" in asMeant) return asMeant;
  const withoutKnobs = await readAgain(keepAll(knobs));
  if ("source" in withoutKnobs) return withoutKnobs;
  throw portsChange({ services: withoutKnobs.changed });
}

const unturned: Knobs = { turned: {}, kept: [] };

/** The model with a number of its own for each knob; undefined without any, or where Compose refuses that. */
async function probe(
  read: (variables: Variables) => Promise<ResolvedModel>,
  variables: Variables,
  probes: Variables,
): Promise<ComposeModel | undefined> {
  if (Object.keys(probes).length === 0) return undefined;
  try {
    return (await read(variables)).model;
  } catch {
    // The reading beside it says what is wrong with the files; a signal ends that, too.
    return undefined;
  }
}

/** What a generated model says of the engine's host. */
function engineHostOf({ env }: DockerCall): Pick<ComposeModel, "x-mono-host"> {
  const host = engineHost(env);
  return host === undefined ? {} : { "x-mono-host": host };
}

/** Compose refuses `${MONO_WEB_PORT:?}` without a value, which the first reading is there to find. */
function placeholders(texts: readonly string[], id: number): Variables {
  const names = requiredVariables(texts).filter((name) => ofPorts.test(name));
  const port = String(portAt(id, 0));
  return Object.fromEntries(names.map((name) => [name, placeholderOf(name, port)]));
}

function placeholderOf(name: string, port: string): string {
  if (name.endsWith("_HOST")) return "localhost";
  return name.endsWith("_URL") ? `http://localhost:${port}` : port;
}

/** The services that publish other ports in one model than in the other. */
function changedPorts(one: ComposeModel, other: ComposeModel): readonly string[] {
  const portsOf = (model: ComposeModel, service: string) =>
    JSON.stringify(publishedPortsOf(model).filter((port) => port.service === service));
  const services = new Set([...Object.keys(one.services), ...Object.keys(other.services)]);
  return [...services].filter((service) => portsOf(one, service) !== portsOf(other, service));
}
