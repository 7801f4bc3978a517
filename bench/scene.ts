/**
 * The world that measurements run in. It leaves nothing behind, even after Ctrl-C. Baselines run with the same
 * environment variables as mono, and in the same folder.
 */
import { join } from "node:path";
import {
  type CallOptions,
  createWorld,
  disposeWorld,
  dockerLeftovers,
  repository,
  type World,
} from "../test/support/world.ts";
import { createQueue } from "../test/support/queue.ts";
import type { RowName } from "./rows.ts";
import type { Recorded, Rounds } from "./rounds.ts";

/** Made by scripts/base-image, and removed at the end. One per process, since another benchmark may be running. */
const image = `mono-bench-base:${process.pid}`;

export interface Scene {
  readonly world: World;
  readonly rounds: Rounds;
  /** Calls a program, and throws unless it exits 0. Returns what it has printed. */
  readonly call: (argv: readonly string[], options?: CallOptions) => Promise<string>;
  /** Calls mono in the same way. */
  readonly mono: (args: readonly string[], options?: CallOptions) => Promise<string>;
}

/** Rows that are measured together, since one preparation serves them all. */
export interface Chapter {
  readonly rows: readonly RowName[];
  readonly needsImage?: true;
  readonly measure: (rounds: Rounds, wanted: ReadonlySet<RowName>) => Promise<Recorded>;
}

export async function inScene<T>(rounds: Rounds, act: (scene: Scene) => Promise<T>): Promise<T> {
  const world = createWorld();
  const call: Scene["call"] = async (argv, options) => {
    const { exitCode, stdout, stderr } = await world.call(argv, options);
    if (exitCode !== 0) throw new Error(`${argv.join(" ")}: exit ${exitCode}\n${stderr}`);
    return stdout;
  };
  const mono: Scene["mono"] = async (args, options) => (await world.ok(args, options)).stdout;
  try {
    return await act({ world, rounds, call, mono });
  } finally {
    await removeContainers(world);
    await disposeWorld(world);
  }
}

/** Faster than a destroy of each environment, and it finds what an interrupted command has left, too. */
async function removeContainers(world: World): Promise<void> {
  if (Bun.which("docker") === null) return;
  for (const { remove, names } of await dockerLeftovers(world)) await world.call([...remove, ...names]);
}

/** Builds the image from which all containers are started. */
export async function makeImage(): Promise<void> {
  const child = Bun.spawn([join(repository, "scripts/base-image"), image], { stdout: "ignore" });
  if ((await child.exited) !== 0) throw new Error("scripts/base-image has failed");
}

export async function removeImage(): Promise<void> {
  await Bun.spawn(["docker", "image", "rm", "-f", image], { stdout: "ignore", stderr: "ignore" }).exited;
}

/** A compose file of services that cost nothing while they run. */
export function composeFile(services: Readonly<Record<string, object>>, volumes: object = {}): string {
  return JSON.stringify({
    volumes,
    services: Object.fromEntries(
      Object.entries(services).map(([name, settings]) => [name, { ...sleeping, ...settings }]),
    ),
  });
}

const initsAtOnce = 4;

/** Makes environments without containers, each of a new workspace; returns the workspaces' paths. */
export async function makeSimpleEnvironments(
  { world, mono, rounds }: Scene,
  numbers: readonly number[],
): Promise<readonly string[]> {
  const queue = createQueue(initsAtOnce);
  return await Promise.all(
    numbers.map((number) =>
      queue(async () => {
        rounds.signal.throwIfAborted();
        const path = world.workspace(`n${number}`, {});
        await mono(["init", path]);
        return path;
      }),
    ),
  );
}

/** The numbers from 1 to `count`. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** With an init process, which ends at SIGTERM. */
// The image itself says SIGKILL, for tests that cannot wait.
const sleeping = { image, init: true, stop_signal: "SIGTERM", command: ["sleep", "infinity"] };
