/**
 * The model of a project, read with the ports that mono gives it. Ports depend only on which services publish what: so the
 * first reading gives out the ports, and where the files mention a variable whose value is known then, the second reads
 * them with all of those.
 */
import { mentionedVariables, requiredVariables } from "../compose/mentions.ts";
import { addressVariables } from "../compose/mono-variables.ts";
import type { ComposeModel } from "../compose/model.ts";
import { allocatePorts, publishedPortsOf } from "../compose/private-ports.ts";
import { serviceOrder } from "../compose/service-order.ts";
import type { DockerCall } from "../docker/ask.ts";
import { composeConfig, type ResolvedModel } from "../docker/compose-calls.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import type { ComposeTexts } from "../docker/compose-texts.ts";
import { findEngineAddress } from "../docker/engine.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { hostOfEngine } from "../environment/url.ts";
import { portAt } from "../environment/ports.ts";
import { ofPorts, type Variables } from "../environment/variables.ts";
import { portsChange } from "../error/catalogue/compose.ts";
import type { Owner } from "./owner.ts";

export interface ReadModel {
  readonly source: ResolvedModel;
  /** The services in the order of the files. */
  readonly order: readonly string[];
  /** The ports that it was read with: they are kept. */
  readonly allocated: ComposeModel;
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
  const first = await read(placeholders(all, environment.id));
  const given = allocate(first.model, previous);
  const known = addressVariables(given.allocated);
  const mentioned = mentionedVariables(all);
  if (!Object.keys(known).some((name) => mentioned.has(name))) return { source: first, ...given };
  const source = await read(known);
  const again = allocate(source.model, given.allocated);
  const services = changedPorts(given.allocated, again.allocated);
  if (services.length > 0) throw portsChange({ services });
  return { source, ...again };
}

/** What a generated model says of the engine's host. */
function engineHostOf({ env }: DockerCall): Pick<ComposeModel, "x-mono-host"> {
  const host = hostOfEngine(findEngineAddress(env));
  return host === undefined ? {} : { "x-mono-host": host };
}

/** Compose refuses `${MONO_WEB_PORT:?}` without a value, which the first reading is there to find. */
function placeholders(texts: readonly string[], id: number): Variables {
  const names = requiredVariables(texts).filter((name) => ofPorts.test(name));
  const port = String(portAt(id, 0));
  return Object.fromEntries(
    names.map((name) => [name, name.endsWith("_URL") ? `http://localhost:${port}` : port]),
  );
}

/** The services that publish other ports in one model than in the other. */
function changedPorts(one: ComposeModel, other: ComposeModel): readonly string[] {
  const portsOf = (model: ComposeModel, service: string) =>
    JSON.stringify(publishedPortsOf(model).filter((port) => port.service === service));
  const services = new Set([...Object.keys(one.services), ...Object.keys(other.services)]);
  return [...services].filter((service) => portsOf(one, service) !== portsOf(other, service));
}
