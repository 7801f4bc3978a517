/** What compose files fix for one host, and a copy beside others cannot keep. */
import { type ComposeModel, textOf } from "./model.ts";
import { addressKeys, fixedAddressesOf } from "./private-services.ts";
import { hostBridgeOption } from "./privatize.ts";

export interface Dropped {
  /** Where it stands: `network backend`, `service db`. */
  readonly subject: string;
  /** What is left out: `its fixed subnet`. */
  readonly what: string;
}

/** Lists what `privatize` leaves out of the model that `config` printed, names and ports aside. */
export function findDropped(model: ComposeModel): readonly Dropped[] {
  const networks = Object.entries(model.networks ?? {}).flatMap(([name, network]) => {
    if (network === null || network.external === true) return [];
    const subject = `network ${name}`;
    const bridge = network.driver_opts?.[hostBridgeOption];
    return [
      ...(network.ipam?.["config"] === undefined ? [] : [{ subject, what: "its fixed subnet" }]),
      ...(bridge === undefined ? [] : [{ subject, what: "its fixed bridge name" }]),
    ];
  });
  const addresses = fixedAddressesOf(model);
  const services = Object.entries(model.services).flatMap(([name, { dns, networks: own }]) => {
    const subject = `service ${name}`;
    const fixed = Object.entries(own ?? {}).filter(([, attachment]) =>
      addressKeys.some((key) => attachment?.[key] !== undefined),
    );
    const servers = Array.isArray(dns) ? dns.map(textOf).filter((server) => addresses.has(server)) : [];
    return [
      ...fixed.map(([network]) => ({ subject, what: `its fixed address in network ${network}` })),
      ...servers.map((server) => ({
        subject,
        what: `the DNS server ${server}, another service's fixed address`,
      })),
    ];
  });
  return [...networks, ...services];
}
