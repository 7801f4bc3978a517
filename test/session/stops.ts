/** Stop, as Conductor does it: of every sort of run script, nothing lives on, and the session stays. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createConductor, exampleScripts, type Job, succeeded } from "../support/conductor.ts";
import { processesOf } from "../support/leftovers.ts";
import { isPortFree } from "../support/ports.ts";
import { eventually, sessions, type World } from "../support/world.ts";
import { commandLines } from "../support/processes.ts";

/** Milliseconds after which nothing may be left. */
const deadlineMs = 5000;
const server = 'busybox httpd -f -p "$(cat port)"';

/** Run scripts that serve on the port which the file `port` names. */
export const stoppedScripts = {
  "a shell that waits for its server": `${server} & wait`,
  "takes no notice of SIGHUP": `trap '' HUP; ${server} & wait`,
  "takes no notice of SIGHUP and SIGTERM": `trap '' HUP TERM; ${server} & wait`,
  "a daemon of a session of its own": `setsid sh -c '${server} &' && sleep 1000`,
  "an empty environment": `env -i PATH="$PATH" ${server} & wait`,
  "the same, and no notice of SIGTERM": `env -i PATH="$PATH" sh -c 'trap "" TERM; ${server} & wait' & wait`,
} as const;

export type StoppedScript = keyof typeof stoppedScripts;

export interface StopRound {
  /** Milliseconds from SIGHUP to the end of all of it. */
  readonly ms: number;
  readonly wrong: readonly string[];
}

/** Starts and stops the script again and again in one workspace; `early` does not wait until it serves. */
export async function playStops(
  world: World,
  { script, port, rounds, isEarly = false }: StopOptions,
): Promise<readonly StopRound[]> {
  const path = world.workspace("stop", {
    "mono.yml": `scripts:\n  run: |\n    ${stoppedScripts[script]}\n`,
    port: String(port),
  });
  const workspace = createConductor(world, exampleScripts().toml).open(path);
  await succeeded(workspace.setup());
  const played: StopRound[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = await workspace.run();
    if (isEarly) await soonAfter(run);
    else await eventually("the server", async () => !(await isPortFree(port)));
    const start = performance.now();
    await run.stop();
    played.push(await whatIsWrong(world, port, start));
  }
  await succeeded(workspace.archive());
  return played;
}

interface StopOptions {
  readonly script: StoppedScript;
  readonly port: number;
  readonly rounds: number;
  readonly isEarly?: boolean;
}

/** At any time of the start: that is the point, and no wait for a condition. */
async function soonAfter(run: Job): Promise<void> {
  await Promise.race([run.ended, Bun.sleep(Math.random() * 400)]);
}

async function whatIsWrong(world: World, port: number, start: number): Promise<StopRound> {
  let left: readonly string[] = [];
  const isOver = async () => {
    left = whatLives(world, port);
    if (!(await isPortFree(port))) left = [...left, `port ${port}`];
    return left.length === 0 || performance.now() - start > deadlineMs;
  };
  await eventually("the end of the run", isOver);
  const ms = performance.now() - start;
  const wrong = left.map((what) => `after ${Math.round(ms)} ms: ${what}`);
  if ((await sessions(world)).length !== 1) wrong.push("the session is gone");
  // So that the next round finds what it expects.
  if (left.length > 0)
    await eventually("the late end", () => whatLives(world, port).length === 0).catch(String);
  return { ms, wrong };
}

/** The servers on the port, whatever their environment, and every mono of this world. */
function whatLives(world: World, port: number): readonly string[] {
  const servers = commandLines().filter(({ command }) => command === `busybox httpd -f -p ${port}`);
  const own = processesOf(world).filter((line) => / mono-run |\/mono (run|destroy)|sleep 1000/.test(line));
  return [...servers.map(({ pid, command }) => `${pid} ${command}`), ...own];
}

/** The exit status that mono has recorded of the last run. */
export function recordedStatus(world: World, name: string): string | undefined {
  const file = join(world.home, "environments", name, "run-status");
  return existsSync(file) ? readFileSync(file, "utf8").split(" ")[0] : undefined;
}
