/** Stop, as Conductor does it: of every sort of run script, nothing lives on, and the session stays. */
import { createConductor, succeeded } from "../support/conductor.ts";
import { processesOf } from "../support/leftovers.ts";
import { isPortFree } from "../support/ports.ts";
import { commandLines } from "../support/processes.ts";
import { createWorld, disposeWorld, eventually, sessions, type World } from "../support/world.ts";

/** Milliseconds after which nothing may be left: those that a run may take, and the time to be killed. */
const deadlineMs = 13_000;
const server = 'busybox httpd -f -p "$(cat port)"';

/** Run scripts that serve on the port which the file `port` names. */
const stoppedScripts = {
  "a shell that waits for its server": `${server} & wait`,
  "takes no notice of SIGHUP": `trap '' HUP; ${server} & wait`,
  "takes no notice of SIGHUP and SIGTERM": `trap '' HUP TERM; ${server} & wait`,
  "a daemon of a session of its own": `setsid sh -c '${server} &' && sleep 1000`,
  "an empty environment": `env -i PATH="$PATH" ${server} & wait`,
  "the same, and no notice of SIGTERM": `env -i PATH="$PATH" sh -c 'trap "" TERM; ${server} & wait' & wait`,
} as const;

/** At any time of its start. */
const early = "stopped while it starts";
export const stopKinds = [...Object.keys(stoppedScripts), early];

export interface StopRound {
  /** Milliseconds after SIGHUP at which something of it was seen last; 0 when SIGKILL found nothing any more. */
  readonly ms: number;
  readonly wrong: readonly string[];
}

/** Starts and stops a script again and again in one workspace of a world of its own. */
export async function playStops(kind: string, rounds: number): Promise<readonly StopRound[]> {
  const world = createWorld();
  try {
    return await playIn(world, kind, rounds);
  } finally {
    await disposeWorld(world);
  }
}

async function playIn(world: World, kind: string, rounds: number): Promise<readonly StopRound[]> {
  // One that no other world has, below those of mono's and of outgoing connections.
  const port = 10_000 + (Number.parseInt(world.unique("").slice(1), 16) % 9000);
  const script = Object.entries(stoppedScripts).find(([name]) => name === kind)?.[1] ?? `${server} & wait`;
  const path = world.workspace("stop", {
    "mono.yml": JSON.stringify({ scripts: { run: script } }),
    port: String(port),
  });
  const workspace = createConductor(world).open(path);
  await succeeded(workspace.setup());
  const played: StopRound[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = await workspace.run();
    // That it is any time is the point: no wait for a condition.
    if (kind === early) await Promise.race([run.ended, Bun.sleep(Math.random() * 400)]);
    else await eventually("the server", async () => !(await isPortFree(port)));
    const start = performance.now();
    await run.stop();
    played.push(await whatIsWrong(world, port, start));
  }
  await succeeded(workspace.archive());
  return played;
}

async function whatIsWrong(world: World, port: number, start: number): Promise<StopRound> {
  let ms = 0;
  const late = new Set<string>();
  await eventually("the end of the run, and of every mono", async () => {
    const left = await whatLives(world, port);
    if (left.length > 0) ms = performance.now() - start;
    if (ms > deadlineMs) for (const what of left) late.add(what);
    // A copy of mono that is on its way could start something still.
    return left.length === 0 && !processesOf(world).some((line) => /\/mono (run|destroy)/.test(line));
  });
  const wrong = [...late].map((what) => `after ${deadlineMs} ms: ${what}`);
  if ((await sessions(world)).length !== 1) wrong.push("the session is gone");
  return { ms, wrong };
}

/** The servers on the port, whatever their environment, the scripts of this world, and the port. */
async function whatLives(world: World, port: number): Promise<readonly string[]> {
  const servers = commandLines().filter(({ command }) => command === `busybox httpd -f -p ${port}`);
  const scripts = processesOf(world).filter((line) => /run-script|sleep 1000/.test(line));
  const taken = (await isPortFree(port)) ? [] : [`port ${port}`];
  return [...servers.map(({ pid, command }) => `${pid} ${command}`), ...scripts, ...taken];
}
