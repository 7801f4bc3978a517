/**
 * `mono init --from` with real databases at work, and with more and stranger files than a short test makes. They need an image with the servers (scripts/real-image), which takes
 * minutes to make: `npm run real` makes it once per machine. Without it, these tests are skipped.
 */
import { expect, test } from "bun:test";
import { basename } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, eventually } from "./support/world.ts";

const image = "mono-real:latest";
const isThere = Bun.spawnSync(["docker", "image", "inspect", image]).exitCode === 0;
const reason = isThere ? "" : ` (no image ${image}: npm run real)`;

const world = worldForEachTest();
const as = (user: string) => `setpriv --reuid=${user} --regid=${user} --clear-groups`;
const service = (name: string, script: string, health: string) => `
  ${name}:
    image: ${image}
    init: true
    command: ["sh", "-ec", ${JSON.stringify(script)}]
    stop_grace_period: 20s
    healthcheck: { test: ["CMD-SHELL", ${JSON.stringify(health)}], interval: 500ms, retries: 100 }
    volumes: ["${name}:/data"]`;
const postgres = service(
  "postgres",
  `chown postgres /data; chmod 700 /data; cd /
[ -e /data/PG_VERSION ] || ${as("postgres")} /usr/lib/postgresql/15/bin/initdb -D /data -A trust >/dev/null
exec ${as("postgres")} /usr/lib/postgresql/15/bin/postgres -D /data -c unix_socket_directories=/tmp`,
  "pg_isready -h /tmp",
);
const mariadb = service(
  "mariadb",
  `chown mysql /data
[ -e /data/mysql ] || mariadb-install-db --user=mysql --datadir=/data --auth-root-authentication-method=normal >/dev/null
exec mariadbd --user=mysql --datadir=/data --socket=/tmp/my.sock --pid-file=/tmp/my.pid --skip-networking`,
  "mariadb-admin --socket=/tmp/my.sock ping",
);
const redis = service(
  "redis",
  "exec redis-server --dir /data --appendonly yes --appendfsync everysec --unixsocket /tmp/redis.sock",
  "redis-cli -s /tmp/redis.sock ping",
);

/** Runs a script in a service's container. */
const inService = async (path: string, name: string, script: string) =>
  (await docker(world, ["exec", `mono-${basename(path)}-${name}-1`, "sh", "-ec", script])).trim();
/** The same, until it ends by itself; its exit status and what it has printed. */
function load(path: string, name: string, script: string) {
  const argv = ["docker", "exec", `mono-${basename(path)}-${name}-1`, "sh", "-ec", script];
  const child = Bun.spawn(argv, { stdout: "pipe", stderr: "pipe", env: { ...world.env } });
  return Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
}

test.skipIf(!isThere)(
  `PostgreSQL, MariaDB and Redis are copied under load: each copy adds up, and no client sees an error${reason}`,
  async () => {
    const names = ["postgres", "mariadb", "redis"] as const;
    const files = {
      "compose.yml": `services:${postgres}${mariadb}${redis}\nvolumes: { postgres: {}, mariadb: {}, redis: {} }\n`,
    };
    const source = world.workspace("real", files);
    await world.ok(["init", source]);
    const sql = (path: string, query: string) =>
      inService(path, "postgres", `psql -h /tmp -U postgres -Atc "${query}"`);
    const mysql = (path: string, query: string) =>
      inService(path, "mariadb", `mariadb --socket=/tmp/my.sock -Ne "${query}"`);
    const count = (path: string) => inService(path, "redis", "redis-cli -s /tmp/redis.sock get n");
    await inService(source, "postgres", "pgbench -h /tmp -U postgres -i -s 5 -q postgres 2>&1");
    await mysql(
      source,
      "create database d; create table d.one (n int) engine=innodb; create table d.two (n int) engine=innodb",
    );

    const seconds = 40;
    const loads = [
      load(source, "postgres", `pgbench -h /tmp -U postgres -c 4 -T ${seconds} postgres 2>&1`),
      // Both tables in each transaction: a copy of one moment has as many rows in each.
      load(
        source,
        "mariadb",
        `for i in $(seq ${seconds * 40}); do echo "begin; insert into d.one values ($i); insert into d.two values ($i); commit; do sleep(0.02);"; done | mariadb --socket=/tmp/my.sock`,
      ),
      load(
        source,
        "redis",
        `for i in $(seq ${seconds * 40}); do echo incr n; sleep 0.02; done | redis-cli -s /tmp/redis.sock`,
      ),
    ];
    await eventually("the load", async () => Number(await count(source)) > 50);
    const copy = world.workspace("copy", files);
    const { stderr } = await world.ok(["init", copy, "--from", source]);
    expect(stderr).toMatch(/3 volumes, \d+ files, \d+ MB; .* paused for/);

    const sums =
      "select (select sum(abalance) from pgbench_accounts) = (select sum(bbalance) from pgbench_branches), (select sum(tbalance) from pgbench_tellers) = (select sum(delta) from pgbench_history), (select count(*) > 0 from pgbench_history)";
    expect(await sql(copy, sums)).toBe("t|t|t");
    const [one, two] = (
      await mysql(copy, "select (select count(*) from d.one), (select count(*) from d.two)")
    ).split("\t");
    expect(Number(one)).toBeGreaterThan(0);
    expect(one).toBe(two);
    const copied = Number(await count(copy));
    expect(copied).toBeGreaterThan(50);
    // Each side keeps its own changes.
    await sql(copy, "create table own (n int)");
    await inService(copy, "redis", "redis-cli -s /tmp/redis.sock set n 0");

    for (const [index, [exitCode, stdout, said]] of (await Promise.all(loads)).entries()) {
      expect({
        name: names[index],
        exitCode,
        said,
        errors: /error|failed: [1-9]|aborted/i.exec(stdout)?.[0],
      }).toEqual({
        name: names[index],
        exitCode: 0,
        said: "",
        errors: undefined,
      });
    }
    expect(await sql(source, sums)).toBe("t|t|t");
    expect(await sql(source, "select count(*) from pg_tables where tablename = 'own'")).toBe("0");
    expect(Number(await count(source))).toBeGreaterThan(copied);
    await world.ok(["destroy", copy]);
    await world.ok(["destroy", source]);
  },
);

test.skipIf(!isThere)(
  `a million small files arrive, a sparse file as one, and the attributes of a file with it${reason}`,
  async () => {
    const files = {
      "compose.yml": `services:
  files: { image: "${image}", init: true, stop_signal: SIGTERM, command: sleep 100000, volumes: ["files:/data"] }
volumes: { files: {} }
`,
    };
    const source = world.workspace("many", files);
    await world.ok(["init", source]);
    // The numbers are those of setxattr and getxattr on this kind of machine.
    const [set, get] = process.arch === "x64" ? [188, 191] : [5, 8];
    const names = 'my ($file, $name, $value) = ("/data/7/7", "user.mono", "kept");';
    const make = `for $d (0..999) { mkdir "/data/$d"; for (0..999) { open F, ">", "/data/$d/$_" or die; print F "$d/$_" } }
      ${names} syscall(${set}, $file, $name, $value, 4, 0) == 0 or die "$!"`;
    const run = (path: string, perl: string) => inService(path, "files", `perl -e '${perl}'`);
    await run(source, make);
    await inService(source, "files", "truncate -s 2G /data/sparse");
    const copy = world.workspace("copy", files);
    const { stderr } = await world.ok(["init", copy, "--from", source]);
    expect(stderr).toMatch(/1 volume, 1000001 files, 2\.2 GB; files paused for /);
    const read = `${names} $value = "...."; syscall(${get}, $file, $name, $value, 4) == 4 or die "$!"; print $value`;
    expect(await run(copy, read)).toBe("kept");
    expect(
      await inService(copy, "files", "stat -c %b /data/sparse; cat /data/999/999; ls /data | wc -l"),
    ).toBe("0\n999/9991001");
    await world.ok(["destroy", copy]);
    await world.ok(["destroy", source]);
  },
);
