/**
 * How long `mono init --from` takes: `npm run bench:copy [-- megabytes…]`. For each amount of data it prints the
 * medians of an init without data, of the same copy made by hand with one container, of the init with the copy, and of
 * the pause of the source; and the two ratios that have bounds. Where the PostgreSQL image that `npm run real` makes
 * exists, it also prints how long an init takes that seeds a database, and one that copies it.
 */
import { basename } from "node:path";
import { composeFile, inScene, makeImage, removeImage, type Scene, upTo } from "./scene.ts";
import { quantileOf } from "./statistics.ts";

const amounts = process.argv.slice(2).map(Number);
const megabytes = amounts.length > 0 ? amounts : [10, 100, 1000, 4000];
const rounds = 5;
const realImage = "mono-real:latest";
/** An init with a copy may take as long as an init and this many copies by hand; the pause, as long as this many. */
const bounds = { copies: 1.3, pause: 1.1 };

const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => controller.abort(name));

try {
  await makeImage();
  for (const amount of megabytes) {
    await inScene({ count: rounds, signal: controller.signal }, (scene) => measure(scene, amount));
  }
  if (Bun.spawnSync(["docker", "image", "inspect", realImage]).exitCode === 0)
    await inScene({ count: rounds, signal: controller.signal }, measureSeeding);
} finally {
  await removeImage();
}

async function measure(scene: Scene, amount: number): Promise<void> {
  const { call, mono, world } = scene;
  const files = { "compose.yml": composeFile({ db: { volumes: ["data:/data"] } }, { data: {} }) };
  const source = world.workspace("source", files);
  const copy = world.workspace("copy", files);
  await mono(["init", source]);
  const container = `mono-${basename(source)}-db-1`;
  const fill = `for i in $(seq ${Math.ceil(amount / 10)}); do dd if=/dev/urandom of=/data/$i bs=1M count=${Math.min(amount, 10)} 2>/dev/null; done`;
  await call(["docker", "exec", container, "sh", "-c", fill]);
  const image = (await call(["docker", "inspect", "-f", "{{.Image}}", container])).trim();
  const volume = `mono-${basename(source)}_data`;
  const target = world.unique("by-hand");
  const samples = {
    init: [] as number[],
    byHand: [] as number[],
    from: [] as number[],
    pause: [] as number[],
  };
  // The first round only warms the caches.
  for (const round of [0, ...upTo(rounds)]) {
    controller.signal.throwIfAborted();
    const init = await timed(() => mono(["init", copy]));
    await mono(["destroy", copy]);
    await call(["docker", "volume", "create", target]);
    const mounts = ["-v", `${volume}:/from:ro`, "-v", `${target}:/to`, "--network", "none"];
    const byHand = await timed(() =>
      call(["docker", "run", "--rm", ...mounts, image, "cp", "-a", "/from/.", "/to/"]),
    );
    await call(["docker", "volume", "rm", target]);
    let said = "";
    const from = await timed(async () => {
      said = (await world.ok(["init", copy, "--from", source])).stderr;
    });
    await mono(["destroy", copy]);
    if (round === 0) continue;
    samples.init.push(init);
    samples.byHand.push(byHand);
    samples.from.push(from);
    samples.pause.push(Number(/paused for ([\d.]+) s/.exec(said)?.[1]) * 1000);
  }
  await mono(["destroy", source]);
  const [init, byHand, from, pause] = [samples.init, samples.byHand, samples.from, samples.pause].map((one) =>
    quantileOf(one, 0.5),
  ) as [number, number, number, number];
  const cells = [`${amount} MB`, ...[init, byHand, from, pause].map((ms) => `${(ms / 1000).toFixed(2)} s`)];
  const whole = `${((from - init) / byHand).toFixed(2)} copies (at most ${bounds.copies})`;
  const paused = `${(pause / byHand).toFixed(2)} copies (at most ${bounds.pause})`;
  process.stdout.write(
    `${cells[0]}: init ${cells[1]}, a copy by hand ${cells[2]}, init --from ${cells[3]}, paused ${cells[4]}: an init plus ${whole}; paused for ${paused}\n`,
  );
}

/** pgbench's tables at this scale are about 450 MB. */
async function measureSeeding({ mono, world }: Scene): Promise<void> {
  const run = "setpriv --reuid=postgres --regid=postgres --clear-groups /usr/lib/postgresql/15/bin";
  const start = `chown postgres /data; chmod 700 /data; cd /
    [ -e /data/PG_VERSION ] || ${run}/initdb -D /data -A trust >/dev/null
    exec ${run}/postgres -D /data -c unix_socket_directories=/tmp`;
  const db = {
    image: realImage,
    init: true,
    command: ["sh", "-ec", start],
    healthcheck: { test: ["CMD", "pg_isready", "-h", "/tmp"], interval: "200ms", retries: 100 },
    volumes: ["data:/data"],
  };
  const seed = "docker compose exec -T db pgbench -h /tmp -U postgres -i -q -s 30 postgres";
  const files = {
    "compose.yml": composeFile({ db }, { data: {} }),
    "mono.yml": `scripts:\n  setup: test -n "$MONO_INIT_FROM" || ${seed}\n`,
  };
  const [source, copy] = [world.workspace("seeded", files), world.workspace("copied", files)];
  const samples = { seed: [] as number[], from: [] as number[] };
  for (const _ of upTo(3)) {
    controller.signal.throwIfAborted();
    samples.seed.push(await timed(() => mono(["init", source])));
    samples.from.push(await timed(() => mono(["init", copy, "--from", source])));
    await mono(["destroy", copy]);
    await mono(["destroy", source]);
  }
  const [seeding, from] = [quantileOf(samples.seed, 0.5), quantileOf(samples.from, 0.5)];
  const seconds = [seeding, from].map((ms) => `${(ms / 1000).toFixed(2)} s`);
  process.stdout.write(
    `PostgreSQL: an init that seeds ${seconds[0]}, init --from ${seconds[1]}: ${(seeding / from).toFixed(1)} times as fast\n`,
  );
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}
