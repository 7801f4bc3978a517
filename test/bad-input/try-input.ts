/** One input in a workspace of its own: mono is called as a person would call it, until nothing should be left. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../support/world.ts";
import { type Call, callMono } from "./call.ts";
import { type Input, placeFiles } from "./input.ts";

/** Every how many inputs the commands that need an environment are called without one. */
const strangersEvery = 10;

export interface Trial {
  readonly calls: readonly Call[];
  readonly faults: readonly string[];
}

/** The name of the workspace, by which leftovers are traced back to the seed. */
export function workspaceName(seed: number): string {
  return `s${seed}`;
}

export async function tryInput(world: World, seed: number, input: Input): Promise<Trial> {
  const path = join(world.folder, "workspaces", world.unique(workspaceName(seed)));
  mkdirSync(path, { recursive: true });
  const calls =
    input.before === undefined
      ? await initCalls(world, path, seed, input)
      : await laterCalls(world, path, input);
  return { calls, faults: calls.flatMap(({ faults }) => faults) };
}

async function initCalls(world: World, path: string, seed: number, input: Input): Promise<Call[]> {
  placeFiles(path, input.files);
  const init = await callMono(world, ["init"], path, input.allowed);
  if (init.exitCode === 0) return [init, ...(await useAndDestroy(world, path))];
  if (seed % strangersEvery !== 0) return [init];
  const without = [["vars"], ["run"], ["destroy"]].map((args) => callMono(world, args, path, [3]));
  return [
    init,
    ...(await Promise.all(without)),
    await callMono(world, ["destroy", "--if-exists"], path, [0]),
  ];
}

/** The files go wrong when the environment is there. */
async function laterCalls(
  world: World,
  path: string,
  { before = {}, files, allowed }: Input,
): Promise<Call[]> {
  placeFiles(path, before);
  const init = await callMono(world, ["init"], path, [0]);
  placeFiles(path, files);
  const run = await callMono(world, ["run"], path, allowed);
  return [init, run, ...(await useAndDestroy(world, path))];
}

async function useAndDestroy(world: World, path: string): Promise<Call[]> {
  const vars = await callMono(world, ["vars"], path, [0]);
  const list = await callMono(world, ["list", "--json"], undefined, [0]);
  // 1 is for a destroy script that fails, 2 for a mono.yml that cannot be read now.
  const destroy = await callMono(world, ["destroy"], path, [0, 1, 2]);
  const calls = [vars, list, destroy];
  return destroy.exitCode === 0
    ? calls
    : [...calls, await callMono(world, ["destroy", "--force"], path, [0])];
}
