/**
 * One round of the crash test: a mono that is killed at a certain point of init, of init with another environment's data
 * or of destroy, one command after that, and a look from outside at what is left.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { leftovers, rowsOf } from "../support/leftovers.ts";
import { killTree, statOf } from "../support/processes.ts";
import { createWorld, disposeWorld, eventually, lines, type World } from "../support/world.ts";

export type Mode = "simple" | "docker";
export type Operation = "init" | "copy" | "destroy";

export interface Round {
  readonly mode: Mode;
  /** What is killed. */
  readonly operation: Operation;
  /** The point of its effects at which it is killed, the nth of that name; or milliseconds after its start. */
  readonly at: { readonly point: string; readonly nth: number } | { readonly ms: number };
  /** Mono alone, or mono with all its children. */
  readonly kill: "mono" | "all";
  /** The one command that has to set things right. */
  readonly remedy: "init" | "destroy";
}

export interface Outcome {
  /** Where it was killed: the effect's name; undefined when it had ended before. */
  readonly point: string | undefined;
  /** What is wrong afterwards, a line each; empty when nothing is. */
  readonly wrong: readonly string[];
}

/** A script that works for a while, and makes its folder again if somebody removes it meanwhile. */
const busy =
  'for i in 1 2 3 4 5 6 7 8; do mkdir -p "$MONO_DATA_DIR"; : >"$MONO_DATA_DIR/$i"; sleep 0.02; done';
const scripts = `scripts:\n  init: '${busy}'\n  setup: '${busy}'\n  destroy: '${busy}'\n`;
const files: Readonly<Record<Mode, Readonly<Record<string, string>>>> = {
  simple: { "mono.yml": scripts },
  docker: {
    "mono.yml": scripts,
    // No published port, so that several rounds may go on at once.
    "compose.yml": [
      "services:",
      "  web:",
      "    build: .",
      "    stop_grace_period: 0s",
      "    depends_on: [db]",
      "  db:",
      "    image: ${BASE_IMAGE}",
      "    command: sleep 1000",
      "    stop_grace_period: 0s",
      "    volumes: [data:/data]",
      "volumes: { data: {} }",
      "",
    ].join("\n"),
    Dockerfile: "FROM mono-test-base:latest\nCMD sleep 1000\n",
  },
};

/** The points of an operation that is not disturbed, in their order. */
export async function pointsOf(mode: Mode, operation: Operation): Promise<readonly string[]> {
  const world = createWorld();
  try {
    const path = world.workspace("crash", files[mode]);
    const source = await makeSource(world, { mode, operation });
    const trace = join(world.folder, "trace");
    const env = { MONO_TRACE_EFFECTS: trace };
    await world.ok(argumentsOf("init", path, source), operation === "destroy" ? {} : { env });
    await world.ok(["destroy", path], operation === "destroy" ? { env } : {});
    if (source !== undefined) await world.ok(["destroy", source]);
    return lines(readFileSync(trace, "utf8"));
  } finally {
    await disposeWorld(world);
  }
}

/**
 * A point by its name: how many effects come before it depends on others, who may have the name or the ports that mono
 * claims first.
 */
export function pointAt(
  points: readonly string[],
  index: number,
): { readonly point: string; readonly nth: number } {
  const point = points[index] ?? "";
  return { point, nth: points.slice(0, index + 1).filter((one) => one === point).length };
}

/** The environment that is copied; undefined for the operations without one. */
async function makeSource(
  world: World,
  { mode, operation }: Pick<Round, "mode" | "operation">,
): Promise<string | undefined> {
  if (operation !== "copy") return undefined;
  const source = world.workspace("source", files[mode]);
  await world.ok(["init", source]);
  return source;
}

function argumentsOf(command: Round["remedy"], path: string, source: string | undefined): readonly string[] {
  return source === undefined || command === "destroy" ? [command, path] : [command, "--from", source, path];
}

export async function playRound(round: Round): Promise<Outcome> {
  const world = createWorld();
  try {
    const path = world.workspace("crash", files[round.mode]);
    const source = await makeSource(world, round);
    if (round.operation === "destroy") await world.ok(["init", path]);
    const points = await crash(world, { path, source }, round);
    return { point: points?.at(-1), wrong: await judge(world, { path, source }, round, points ?? []) };
  } finally {
    await disposeWorld(world);
  }
}

/** Starts the operation and kills it; returns the points that it had reached, undefined when it had ended. */
async function crash(
  world: World,
  { path, source }: Workspaces,
  { operation, at, kill }: Round,
): Promise<readonly string[] | undefined> {
  const trace = join(world.folder, "trace");
  const stop = "point" in at ? { MONO_STOP_AT_EFFECT: `${at.point} #${at.nth}` } : {};
  const command = operation === "destroy" ? "destroy" : "init";
  const child = world.start(argumentsOf(command, path, source), {
    env: { MONO_TRACE_EFFECTS: trace, ...stop },
  });
  const hasEnded = await ("point" in at ? stoppedOrEnded(child) : endedWithin(child, at.ms));
  if (hasEnded) return undefined;
  // Stopped first, so that it starts nothing between the look at its children and their end.
  child.kill("SIGSTOP");
  if (kill === "all") killTree(child.pid);
  else child.kill("SIGKILL");
  await child.exited;
  return existsSync(trace) ? lines(readFileSync(trace, "utf8")) : ["the start"];
}

async function stoppedOrEnded(child: Bun.Subprocess): Promise<boolean> {
  return (
    (await eventually("the point, or the end", () => {
      if (child.exitCode !== null) return "ended";
      return /\) T /.test(statOf(child.pid)) && "stopped";
    })) === "ended"
  );
}

async function endedWithin(child: Bun.Subprocess, ms: number): Promise<boolean> {
  const time = Bun.sleep(ms).then(() => false);
  return await Promise.race([child.exited.then(() => true), time]);
}

interface Workspaces {
  readonly path: string;
  readonly source: string | undefined;
}

async function judge(
  world: World,
  { path, source }: Workspaces,
  { remedy }: Round,
  points: readonly string[],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const [before, row] = [await statusesOf(world, path), rowsOf(world)];
  const isAtWork =
    points.includes("after writing the lock's holder") &&
    !points.includes("after removing the lock's holder");
  const allowed = isAtWork ? ["interrupted"] : ["interrupted", "running"];
  if (before.some((status) => !allowed.includes(status)))
    wrong.push(`list says ${before.join(", ")} after the crash`);
  const wasReady = row.includes(`${basename(path)} ready`);
  if (remedy === "init") {
    const { exitCode, stderr } = await world.mono(argumentsOf("init", path, source));
    const expected = wasReady ? 4 : 0;
    if (exitCode !== expected) wrong.push(`init exits with ${exitCode}, not ${expected}: ${stderr}`);
    const after = await statusesOf(world, path);
    if (after.join() !== "running") wrong.push(`list says ${after.join(", ")} after init`);
  }
  const { exitCode, stderr } = await world.mono(["destroy", "--if-exists", path]);
  if (exitCode !== 0) wrong.push(`destroy exits with ${exitCode}: ${stderr}`);
  if (source !== undefined) {
    // Whole, and as it was: not paused, and no mono has died in the middle of something there.
    const own = await statusesOf(world, source);
    if (own.join() !== "running") wrong.push(`list says ${own.join(", ")} of the source`);
    const destroyed = await world.mono(["destroy", source]);
    if (destroyed.exitCode !== 0) wrong.push(`destroy of the source: ${destroyed.stderr}`);
  }
  return [...wrong, ...(await leftInTheEnd(world))];
}

async function statusesOf(world: World, of: string): Promise<readonly string[]> {
  const { stdout } = await world.ok(["list", "--json"]);
  return JSON.parse(stdout).environments.flatMap(({ path, status }: { path: string; status: string }) =>
    path === of ? [status] : [],
  );
}

/** Looks again for a while: what has been killed takes a moment to go, and what is made late must be seen. */
async function leftInTheEnd(world: World): Promise<readonly string[]> {
  const isLate = performance.now() + 300;
  const deadline = performance.now() + 5000;
  for (;;) {
    const left = await leftovers(world);
    const now = performance.now();
    if ((left.length === 0 && now > isLate) || now > deadline) return left;
    await Bun.sleep(left.length === 0 ? isLate - now : 50);
  }
}
