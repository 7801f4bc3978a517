/**
 * What it costs to follow a run: `npm run bench:output [-- bytes]`. Prints the delay from the script's print to the
 * follower's, the processor time of an idle follower and collector, and the memory and the disk space taken by a flood
 * of that many bytes (2 GB if none is given). Reads /proc.
 */
import { constants, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { processesOf } from "../test/support/leftovers.ts";
import { eventually, namesIn, type World } from "../test/support/world.ts";
import { inScene } from "./scene.ts";
import { quantileOf } from "./statistics.ts";

const delays = 40;
const idleMs = 10_000;
const floodBytes = Number(process.argv[2] ?? 2_000_000_000);
/** The length of a tick, which is what /proc counts in. */
const tickMs = 10;

const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => controller.abort(name));

await inScene({ count: 1, signal: controller.signal }, async ({ world }) => {
  await measureDelayAndIdle(world);
  await measureFlood(world);
});
process.exit(0);

async function measureDelayAndIdle(world: World): Promise<void> {
  const path = world.workspace("echo", {
    "mono.yml": "scripts:\n  run: mkfifo words; exec cat <>words\n",
  });
  await world.ok(["init", path]);
  const child = world.start(["run", "--follow", path]);
  let text = "";
  void (async () => {
    for await (const bytes of child.stdout) text += new TextDecoder().decode(bytes);
  })();
  const words = await eventually("the script", () => {
    try {
      return openSync(join(path, "words"), constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      return undefined;
    }
  });
  const samples: number[] = [];
  for (let count = 0; count < delays; count++) {
    controller.signal.throwIfAborted();
    const word = `word-${count}.`;
    // So that the word falls at no fixed time between two looks of the follower.
    await Bun.sleep(100 + Math.random() * 50);
    const start = performance.now();
    writeSync(words, `${word}\n`);
    while (!text.includes(word)) await Bun.sleep(1);
    samples.push(performance.now() - start);
  }
  tell(
    "delay from print to print",
    `median ${round(quantileOf(samples, 0.5))} ms, at most ${round(Math.max(...samples))} ms`,
  );
  const { collector, follower } = processes(world);
  const before = [cpuMs(follower), cpuMs(collector)];
  await Bun.sleep(idleMs);
  const shares = [cpuMs(follower), cpuMs(collector)].map(
    (after, index) => `${round((100 * (after - (before[index] ?? 0))) / idleMs)} %`,
  );
  tell("an idle follower's, and collector's, share of a core", shares.join(", "));
  child.kill("SIGTERM");
  await child.exited;
  await world.ok(["destroy", path]);
}

async function measureFlood(world: World): Promise<void> {
  const path = world.workspace("flood", {
    "mono.yml": `scripts:\n  run: "until [ -e go ]; do sleep 0.1; done; yes 0123456789012345678901234567890123456789 | head -c ${floodBytes}"\n`,
  });
  await world.ok(["init", path]);
  const child = world.start(["run", "--follow", path]);
  let received = 0;
  const reading = (async () => {
    for await (const bytes of child.stdout) received += bytes.length;
  })();
  const own = join(world.home, "environments", world.unique("flood"));
  await eventually("the collector", () => namesIn(own).some((name) => name.endsWith(".1")));
  const { collector, follower, tmux } = processes(world);
  const idle = { follower: peakMb(follower), collector: peakMb(collector), tmux: peakMb(tmux) };
  let peak = idle;
  let disk = 0;
  const start = performance.now();
  await Bun.write(join(path, "go"), "");
  while (child.exitCode === null) {
    controller.signal.throwIfAborted();
    peak = {
      follower: Math.max(peak.follower, peakMb(follower)),
      collector: Math.max(peak.collector, peakMb(collector)),
      tmux: Math.max(peak.tmux, peakMb(tmux)),
    };
    disk = Math.max(disk, sizeOf(own));
    await Bun.sleep(50);
  }
  await reading;
  const seconds = (performance.now() - start) / 1000;
  tell("the flood", `${round(floodBytes / 1e6 / seconds)} MB/s, ${round(received / 1e6)} MB passed on`);
  for (const name of ["tmux", "collector", "follower"] as const)
    tell(`peak memory of ${name}`, `${round(peak[name])} MB, before the flood ${round(idle[name])} MB`);
  tell("most disk space that the output took", `${round(disk / 1024 / 1024)} MiB`);
  await world.ok(["destroy", path]);
}

function processes(world: World) {
  const pidOf = (pattern: RegExp) =>
    Number.parseInt(processesOf(world).find((line) => pattern.test(line)) ?? "", 10);
  const collector = pidOf(/ __collect /);
  // tmux starts the collector.
  const tmux = Number(fieldOf(collector, "PPid"));
  return { collector, tmux, follower: pidOf(/ run --follow /) };
}

function fieldOf(pid: number, field: string): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? "0";
  } catch {
    // The process has ended.
    return "0";
  }
}

/** The most memory that a process has had, in MB, including what it shares. */
function peakMb(pid: number): number {
  return (Number(fieldOf(pid, "VmHWM")) * 1024) / 1e6;
}

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

function sizeOf(folder: string): number {
  return namesIn(folder)
    .filter((name) => name.startsWith("run-output-"))
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function tell(what: string, value: string): void {
  console.log(`${what.padEnd(52)}${value}`);
}
