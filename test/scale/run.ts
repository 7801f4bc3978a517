/**
 * Many Docker environments at once on one engine: `bun test/scale/run.ts [count]`, 100 when not given. Far more
 * networks than Docker's own address pools hold.
 */
import { createWorld, disposeWorld, docker, lines, sessions, type World } from "../support/world.ts";

const atATime = 4;

async function main(count: number): Promise<number> {
  const world = createWorld();
  try {
    const paths = Array.from({ length: count }, (_, index) =>
      world.workspace(`n${index}`, {
        "compose.yml":
          'services:\n  web:\n    image: ${BASE_IMAGE}\n    command: [sh, -c, "httpd -f -p 80"]\n    ports: ["80"]\n',
      }),
    );
    const initSeconds = await timed(() =>
      forEach(paths, async (path) => void (await world.ok(["init", path]))),
    );
    const faults = await faultsOf(world, paths);
    const destroySeconds = await timed(() =>
      forEach(paths, async (path) => void (await world.ok(["destroy", path]))),
    );
    const left =
      (await sessions(world)).length +
      JSON.parse((await world.ok(["list", "--json"])).stdout).environments.length;
    if (left > 0) faults.push(`${left} sessions or rows are left`);
    process.stdout.write(
      [
        `environments          ${count}, ${atATime} at a time`,
        `all up                ${initSeconds.toFixed(0)} s`,
        `all gone again        ${destroySeconds.toFixed(0)} s`,
        `faults                ${faults.length === 0 ? "none" : faults.join("\n                      ")}`,
        "",
      ].join("\n"),
    );
    return faults.length === 0 ? 0 : 1;
  } finally {
    await disposeWorld(world);
  }
}

/** What is wrong while all are up: from outside mono. */
async function faultsOf(world: World, paths: readonly string[]): Promise<string[]> {
  const { environments } = JSON.parse((await world.ok(["list", "--json"])).stdout);
  const faults: string[] = [];
  const notRunning = environments.filter(
    (environment: { status: string }) => environment.status !== "running",
  );
  if (environments.length !== paths.length)
    faults.push(`${environments.length} of ${paths.length} are listed`);
  if (notRunning.length > 0) faults.push(`${notRunning.length} are not running`);
  const answers = await Promise.all(
    paths.map(async (path) => {
      const { variables } = JSON.parse((await world.ok(["vars", "--json", path])).stdout);
      // The server has no page: 404 is its answer.
      return (await fetch(`http://127.0.0.1:${variables.MONO_WEB_PORT}/`)).status;
    }),
  );
  const silent = answers.filter((status) => status !== 404).length;
  if (silent > 0) faults.push(`${silent} do not answer on their port`);
  const format = "{{range .IPAM.Config}}{{.Subnet}}{{end}}";
  const networks = lines(await docker(world, ["network", "ls", "-q", "--filter", "driver=bridge"]));
  const subnets = lines(await docker(world, ["network", "inspect", "--format", format, ...networks]));
  if (new Set(subnets).size !== subnets.length) faults.push("two networks have one subnet");
  return faults;
}

async function forEach<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}

async function timed(act: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await act();
  return (performance.now() - started) / 1000;
}

process.exit(await main(Number(process.argv[2] ?? 100)));
