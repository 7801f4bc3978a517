/** The external networks and volumes of a case: its user makes them, and mono must leave them alone. */
import { randomInt } from "node:crypto";
import type { ComposeModel } from "../../src/compose/model.ts";
import { docker, lines, type World } from "../support/world.ts";
import { externalNames } from "./cases.ts";

export interface Externals {
  /** What differs from how they were made. */
  readonly changes: () => Promise<readonly string[]>;
  /** Removes those that were made here. */
  readonly remove: () => Promise<void>;
}

const kinds = [
  { kind: "network", key: "networks", identity: "{{.Id}}" },
  { kind: "volume", key: "volumes", identity: "{{.CreatedAt}} {{.Mountpoint}}" },
] as const;

/** Makes those that are not there yet. */
export async function makeExternals(world: World, model: ComposeModel): Promise<Externals> {
  const wanted = kinds.flatMap(({ kind, key, identity }) =>
    externalNames(model, key).map((name) => ({ kind, name, identity })),
  );
  const made: (typeof wanted)[number][] = [];
  for (const thing of wanted) {
    const { kind, name } = thing;
    const there = lines(await docker(world, [kind, "ls", "--format", "{{.Name}}"]));
    if (there.includes(name)) continue;
    await docker(world, [kind, "create", ...(kind === "network" ? ["--subnet", anySubnet()] : []), name]);
    made.push(thing);
  }
  const identify = ({ kind, name, identity }: (typeof wanted)[number]) =>
    world.call(["docker", kind, "inspect", "--format", identity, name]).then(({ stdout }) => stdout.trim());
  const before = await Promise.all(wanted.map(identify));
  return {
    async changes() {
      const after = await Promise.all(wanted.map(identify));
      return wanted.flatMap(({ kind, name }, index) =>
        after[index] === before[index] ? [] : [`the external ${kind} ${name} is not what it was`],
      );
    },
    async remove() {
      for (const { kind, name } of made) await docker(world, [kind, "rm", name]);
    },
  };
}

/** Docker's own address pools may be used up. Neither Docker nor mono gives networks of this range. */
function anySubnet(): string {
  return `10.${randomInt(64, 128)}.${randomInt(256)}.0/24`;
}
