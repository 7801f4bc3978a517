/** What compose files fix for one host, and a copy beside others cannot keep. */
import type { ComposeModel } from "./model.ts";
import { hostBridgeOption } from "./privatize.ts";

export interface Dropped {
  /** Where it stands: `network backend`, `service db`. */
  readonly subject: string;
  /** What is left out: `subnet 10.5.0.0/16`. */
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
  const services = Object.entries(model.services).flatMap(([name, { networks: own }]) =>
    Object.entries(own ?? {}).flatMap(([network, attachment]) => {
      const isFixed = ["ipv4_address", "ipv6_address", "link_local_ips"].some(
        (key) => attachment?.[key] !== undefined,
      );
      return isFixed ? [{ subject: `service ${name}`, what: `its fixed address in network ${network}` }] : [];
    }),
  );
  return [...networks, ...services];
}
