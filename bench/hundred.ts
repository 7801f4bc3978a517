/**
 * A hundred environments with two containers each: `npm run bench:hundred [-- count]`. Prints how long it takes to list
 * them, to wake one, to look for idle ones, and to destroy all of them, as ratios against tmux, docker, Docker Compose
 * or another mono command, and the peak memory of those that only look. Uses the real engine.
 */
import { basename } from "node:path";
import { createQueue } from "../test/support/queue.ts";
import { composeFile, inScene, makeImage, removeImage, type Scene, upTo } from "./scene.ts";
import { quantileOf } from "./statistics.ts";

const count = Number(process.argv[2] ?? 100);
const rounds = 9;
const madeAtOnce = 4;
const files = { "compose.yml": composeFile({ web: { ports: ["80"] }, db: {} }) };

const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => controller.abort(name));

try {
  await makeImage();
  await inScene({ count: rounds, signal: controller.signal }, measure);
} finally {
  await removeImage();
}

async function measure(scene: Scene): Promise<void> {
  const { call, mono, world } = scene;
  const queue = createQueue(madeAtOnce);
  const paths = await Promise.all(
    upTo(count).map((number) =>
      queue(async () => {
        controller.signal.throwIfAborted();
        const path = world.workspace(`n${number}`, files);
        await mono(["init", path]);
        return path;
      }),
    ),
  );
  const underneath = () => call(["sh", "-c", "docker ps -a && tmux list-sessions"]);
  const [bare, list] = await inTurn(underneath, () => mono(["list"]));
  print("mono list", list / bare, "docker ps -a, then tmux list-sessions", await peakOf(scene, ["list"]));
  for (const [flag, name] of [
    ["--json", "mono list --json"],
    ["--stats", "mono list --stats"],
  ] as const) {
    const [plain, more] = await inTurn(
      () => mono(["list"]),
      () => mono(["list", flag]),
    );
    print(name, more / plain, "mono list", await peakOf(scene, ["list", flag]));
  }
  const [path = ""] = paths;
  const project = `mono-${basename(path)}`;
  const stop = () => mono(["run", "--stop", path]);
  const [started, woken] = await inTurn(
    () => call(["docker", "compose", "-p", project, "start"]),
    () => mono(["run", "--no-script", path]),
    stop,
  );
  print("waking one: mono run --no-script", woken / started, "docker compose start");
  const idle = ["run", "--stop", "--all", "--idle", "1h"];
  const [, looked] = await inTurn(
    () => mono(["list"]),
    () => mono(idle),
  );
  print(
    "mono run --stop --all --idle 1h, nothing to do",
    looked / list,
    "mono list",
    await peakOf(scene, idle),
  );
  const alone = await timed(() => mono(["destroy", path]));
  const all = await timed(() => mono(["destroy", ...paths.slice(1)]));
  print(
    `mono destroy of ${count - 1} at once`,
    all / alone / (count - 1),
    "as many times mono destroy of one",
  );
}

function print(what: string, ratio: number, against: string, peak?: number): void {
  const memory = peak === undefined ? "" : `, ${peak} MB`;
  process.stdout.write(`${what}: ${ratio.toFixed(2)} × ${against}${memory}\n`);
}

/** The medians of two acts that take turns, in milliseconds. What comes before each does not count. */
async function inTurn(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
  before: () => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly [number, number]> {
  const samples: [number[], number[]] = [[], []];
  // The first round only warms the caches.
  for (const round of [0, ...upTo(rounds)]) {
    controller.signal.throwIfAborted();
    for (const [index, act] of [one, other].entries()) {
      await before();
      const ms = await timed(act);
      if (round > 0) samples[index]?.push(ms);
    }
  }
  return [quantileOf(samples[0], 0.5), quantileOf(samples[1], 0.5)];
}

/** Peak memory of mono with these arguments, in MB. */
async function peakOf({ world }: Scene, args: readonly string[]): Promise<number> {
  const { stderr } = await world.call(["time", "-f", "%M", "dist/mono", ...args], { cwd: process.cwd() });
  return Math.round(Number(stderr.trim().split("\n").at(-1)) / 1024);
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}
