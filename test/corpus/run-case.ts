/** One runnable case from init to destroy: several copies at once, judged from outside mono. */
import type { ComposeModel } from "../../src/compose/model.ts";
import { createWorld, disposeWorld, type World } from "../support/world.ts";
import { type Case, externalNames, plainModel } from "./cases.ts";
import { changesOf, type Copy, initCopy, leftovers, makeWorkspaces, observeCopy } from "./copies.ts";
import { makeExternals } from "./externals.ts";
import { faultsOf, sharedByCopies } from "./isolation.ts";
import { lookUpEverywhere } from "./lookups.ts";
import { ensureStubImage } from "./stub-image.ts";

export interface CaseResult {
  readonly name: string;
  readonly copies: number;
  /** Of one copy. */
  readonly services: number;
  readonly containers: number;
  readonly ports: number;
  /** Why it failed; none when it has not. */
  readonly reasons: readonly string[];
}

type Counts = Omit<CaseResult, "name" | "copies" | "reasons">;
type Outcome = Counts & Pick<CaseResult, "reasons">;

const nothing: Counts = { services: 0, containers: 0, ports: 0 };

/** Runs a case in a world of its own. Docker's address pools may be used up: mono must manage then, too. */
export async function runCase(subject: Case, copies: number): Promise<CaseResult> {
  const world = createWorld();
  const reasons: string[] = [];
  let counts = nothing;
  const cleanUps: (() => Promise<unknown>)[] = [() => disposeWorld(world)];
  try {
    cleanUps.push(await ensureStubImage(world));
    const model = await plainModel(world, subject.folder, subject);
    const externals = await makeExternals(world, model);
    cleanUps.push(externals.remove);
    const paths = makeWorkspaces(world, subject, copies);
    cleanUps.push(() => Promise.all(paths.map((path) => destroyAnyhow(world, path))));
    const { reasons: found, ...rest } = await runCopies(world, subject, model, paths);
    counts = rest;
    reasons.push(...found, ...(await externals.changes()));
  } catch (error) {
    reasons.push(messageOf(error));
  }
  for (const cleanUp of cleanUps.toReversed()) {
    await cleanUp().catch((error: unknown) => reasons.push(messageOf(error)));
  }
  return { name: subject.name, copies, ...counts, reasons };
}

async function runCopies(
  world: World,
  subject: Case,
  model: ComposeModel,
  paths: readonly string[],
): Promise<Outcome> {
  const services = Object.keys(model.services).length;
  const inits = await Promise.all(paths.map((path) => initCopy(world, path)));
  const failed = inits.filter(({ exitCode }) => exitCode !== 0);
  if (failed.length > 0) {
    const reasons = failed.map(({ exitCode, stderr }) => `init: exit ${exitCode}\n${lastLines(stderr)}`);
    await Promise.all(paths.map((path) => destroyAnyhow(world, path)));
    reasons.push(...(await leftovers(world, [], [])));
    return { ...nothing, services, reasons };
  }
  const copies = await Promise.all(paths.map((path) => observeCopy(world, subject, path)));
  const [first] = copies;
  return {
    services,
    containers: first?.observed.containers.length ?? 0,
    ports: new Set(first?.observed.containers.flatMap(({ hostPorts }) => hostPorts)).size,
    reasons: [
      ...copies.flatMap((copy) => faultsOf(copy)),
      ...sharedByCopies(copies, model),
      ...(await lookUpEverywhere(world, copies)),
      ...(await destroyInMixedOrder(world, copies)),
      ...(await leftovers(world, copies, externalNames(model, "volumes"))),
    ],
  };
}

/** One from the middle alone, which the others must not feel; then those, the last first, at once. */
async function destroyInMixedOrder(world: World, copies: readonly Copy[]): Promise<readonly string[]> {
  const middle = copies[Math.floor(copies.length / 2)];
  const others = copies.filter((copy) => copy !== middle).toReversed();
  const destroy = async ({ name, path }: Copy) => {
    const { exitCode, stderr } = await world.mono(["destroy", path]);
    return exitCode === 0 ? [] : [`${name}: destroy: exit ${exitCode}\n${lastLines(stderr)}`];
  };
  const first = middle === undefined ? [] : await destroy(middle);
  const felt = await Promise.all(others.map((copy) => changesOf(world, copy)));
  const rest = await Promise.all(others.map(destroy));
  return [...first, ...felt.flat(), ...rest.flat()];
}

/** After a failure: whatever is there goes. What has been destroyed already is no error. */
async function destroyAnyhow(world: World, path: string): Promise<void> {
  const { exitCode, stderr } = await world.mono(["destroy", "--if-exists", "--force", path]);
  if (exitCode !== 0) throw new Error(`destroy --force: exit ${exitCode}\n${lastLines(stderr)}`);
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-15).join("\n");
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
