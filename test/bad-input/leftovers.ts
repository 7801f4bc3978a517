/** What is left in a world in which every environment should be gone, looked for from outside mono. */
import { join } from "node:path";
import { dockerLeftovers, lines, namesIn, sessions, type World } from "../support/world.ts";

/** How long an ended process may take to be gone, in milliseconds. */
const patienceMs = 5000;

/** Lines that name what is left; each holds the name of the workspace that it comes from. */
export async function findLeftovers(world: World): Promise<readonly string[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const left = await leftNow(world);
    if (left.length === 0 || performance.now() > deadline) return left;
    await Bun.sleep(50);
  }
}

async function leftNow(world: World): Promise<string[]> {
  const { environments } = JSON.parse((await world.ok(["list", "--json"])).stdout);
  const ofDocker = (await dockerLeftovers(world)).flatMap(({ names }) => names);
  const processes = lines((await world.call(["ps", "-axww", "-o", "pid=,args="])).stdout).filter(
    (line) => line.includes(world.folder) && !line.includes("ps -axww"),
  );
  return [
    ...environments.map(({ path }: { path: string }) => `row ${path}`),
    ...namesIn(join(world.home, "data")).map((name) => `data folder ${name}`),
    ...namesIn(join(world.home, "environments")).map((name) => `own folder ${name}`),
    ...(await sessions(world)).map((name) => `session ${name}`),
    ...ofDocker.map((name) => `on the engine: ${name}`),
    ...processes.map((line) => `process ${line}`),
  ];
}
