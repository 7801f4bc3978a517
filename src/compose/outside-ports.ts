/** The ports that a project would publish without mono, and what they are here. Pure. */
import type { ComposeModel, Service } from "./model.ts";

export interface OutsidePort {
  readonly service: string;
  /** The host port without mono. */
  readonly number: number;
  /** The host port here. */
  readonly hostPort: number;
}

/**
 * By the number that they have without mono. `outside` is the model without mono, `allocated` the same with private ports.
 * Of several services with one number the first counts that is started.
 */
export function outsidePorts(
  outside: ComposeModel,
  allocated: ComposeModel,
  activeProfiles: readonly string[],
): ReadonlyMap<number, OutsidePort> {
  const isActive = ({ profiles }: Service) =>
    !Array.isArray(profiles) || profiles.some((profile) => activeProfiles.includes(profile));
  const services = Object.entries(outside.services);
  const ordered = [
    ...services.filter(([, service]) => isActive(service)),
    ...services.filter(([, service]) => !isActive(service)),
  ];
  const ports = new Map<number, OutsidePort>();
  for (const [service, { ports: entries = [] }] of ordered) {
    entries.forEach(({ published = "" }, index) => {
      const [from = 0, to = from] = published.split("-").map(Number);
      const here = Number.parseInt(allocated.services[service]?.ports?.[index]?.published ?? "", 10);
      if (published === "" || Number.isNaN(here)) return;
      for (let number = from; number <= to; number++) {
        if (!ports.has(number)) ports.set(number, { service, number, hostPort: here + number - from });
      }
    });
  }
  return ports;
}
