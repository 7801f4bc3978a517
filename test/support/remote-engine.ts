/**
 * A Docker engine on another machine, as far as a network can tell: a private engine at the other end of a link of its own,
 * which answers to TLS with certificates, and through an SSH server.
 */
import { randomInt } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "bun:test";
import { afterAll, beforeAll } from "bun:test";
import { describeWithPrivateEngine, type PrivateEngine } from "./private-engine.ts";
import { eventually, repository, type World } from "./world.ts";

export interface RemoteEngine {
  /** Its address, which is also that of its published ports. */
  readonly ip: string;
  /** What it is called from beside it, whatever becomes of the link. */
  readonly host: string;
  /** Takes the link away: whoever asks gets no answer. */
  readonly cut: () => Promise<void>;
  readonly mend: () => Promise<void>;
  /** Removes all that it has. */
  readonly reset: () => Promise<void>;
  /** Makes a world's docker use it: by a context with certificates, or through SSH. */
  readonly select: (world: World, way: Way) => Promise<Readonly<Record<string, string>>>;
}

export const ways = ["tls", "ssh"] as const;
export type Way = (typeof ways)[number];

const sshd = join(repository, "node_modules/.cache/sshd");
const missing = ["ip", "nsenter", "openssl", "ssh"].filter((program) => Bun.which(program) === null);
if (!existsSync(sshd)) missing.push(sshd);

/** Tests with such an engine; skipped, with the reason in their title, where there can be none. */
export function describeWithRemoteEngine(title: string, tests: (remote: RemoteEngine) => void): void {
  if (missing.length > 0) {
    describe.skip(`${title} (missing: ${missing.join(", ")})`, () => {});
    return;
  }
  const net = `10.${randomInt(64, 192)}.${randomInt(256)}`;
  const last = 4 * randomInt(1, 60);
  const [here, ip] = [`${net}.${last + 1}`, `${net}.${last + 2}`];
  const link = `mono-${last}-${process.pid % 10_000}`;
  let folder = "";
  const more = (engineFolder: string) => {
    folder = join(engineFolder, "remote");
    makeCertificates(folder, ip);
    const file = (name: string) => join(folder, `${name}.pem`);
    return [
      "--host=tcp://0.0.0.0:2376",
      "--tlsverify",
      `--tlscacert=${file("ca")}`,
      `--tlscert=${file("server")}`,
      `--tlskey=${file("server-key")}`,
    ];
  };
  describeWithPrivateEngine(
    title,
    (engine) => {
      let server: Bun.Subprocess | undefined;
      beforeAll(async () => {
        const pid = await engine.firstProcess();
        const inside = ["nsenter", `--net=/proc/${pid}/ns/net`];
        must(["ip", "link", "add", link, "type", "veth", "peer", "name", "eth-mono", "netns", String(pid)]);
        must(["ip", "address", "add", `${here}/30`, "dev", link]);
        must([...inside, "ip", "address", "add", `${ip}/30`, "dev", "eth-mono"]);
        must([...inside, "ip", "link", "set", "eth-mono", "up"]);
        must([...inside, "ip", "link", "set", "lo", "up"]);
        must(["ip", "link", "set", link, "up"]);
        server = startSshServer(engine, folder, inside);
      });
      afterAll(async () => {
        server?.kill("SIGKILL");
        await server?.exited;
      });
      tests({
        ip,
        get host() {
          return engine.host;
        },
        async cut() {
          must(["ip", "link", "set", link, "down"]);
        },
        async mend() {
          must(["ip", "link", "set", link, "up"]);
        },
        reset: () => removeAll(engine.host),
        select: (world, way) =>
          way === "tls" ? selectByContext(world, folder, ip) : selectBySsh(world, folder, ip),
      });
    },
    { more },
  );
}

async function removeAll(host: string): Promise<void> {
  const script = `docker ps -aq | xargs -r docker rm -f; docker volume ls -q | xargs -r docker volume rm -f; docker network prune -f`;
  await Bun.spawn(["sh", "-c", script], { env: { ...process.env, DOCKER_HOST: host }, stdout: "ignore" })
    .exited;
}

function must(argv: readonly string[], options: { readonly cwd?: string } = {}): void {
  const { exitCode, stderr } = Bun.spawnSync([...argv], options);
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr.toString()}`);
}

/** A certificate authority, and certificates of the engine and of whoever calls it. */
function makeCertificates(folder: string, ip: string): void {
  mkdirSync(folder, { recursive: true });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const run = (...args: readonly string[]) => must(["openssl", ...args], { cwd: folder });
  run(
    "req",
    "-x509",
    ...key,
    "-days",
    "2",
    "-subj",
    "/CN=authority",
    "-keyout",
    "ca-key.pem",
    "-out",
    "ca.pem",
  );
  for (const [name, extension] of [
    ["server", `subjectAltName=IP:${ip}`],
    ["client", "extendedKeyUsage=clientAuth"],
  ] as const) {
    writeFileSync(join(folder, "extension"), extension);
    run("req", ...key, "-subj", `/CN=${name}`, "-keyout", `${name}-key.pem`, "-out", `${name}.csr`);
    const signing = ["-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-days", "2"];
    run("x509", "-req", ...signing, "-in", `${name}.csr`, "-extfile", "extension", "-out", `${name}.pem`);
  }
}

/**
 * In the engine's network, with mounts of its own: the server wants a user of its own, and a folder in /run, that this
 * machine need not have.
 */
const startServer = `
  mount -t tmpfs tmpfs /run && mkdir /run/sshd || exit
  { cat /etc/passwd; echo 'sshd:x:64999:65534::/run/sshd:/usr/sbin/nologin'; } >"$0/passwd"
  mount --bind "$0/passwd" /etc/passwd || exit
  exec "$1/usr/sbin/sshd" -D -e -r -f "$0/sshd_config"
`;

function startSshServer(engine: PrivateEngine, folder: string, inside: readonly string[]): Bun.Subprocess {
  for (const name of ["host", "user"])
    must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
  const configuration = [
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/user.pub`,
    "StrictModes no",
    "UsePAM no",
    "PermitRootLogin yes",
    `PidFile ${folder}/sshd.pid`,
    // Compose opens many connections at once: docs/remote.md.
    "MaxStartups 100",
    `SetEnv DOCKER_HOST=${engine.host}`,
  ];
  writeFileSync(join(folder, "sshd_config"), `${configuration.join("\n")}\n`);
  const libraries = [...new Bun.Glob("**/libwrap.so.0").scanSync({ cwd: sshd, onlyFiles: false })];
  return Bun.spawn([...inside, "unshare", "--mount", "sh", "-c", startServer, folder, sshd], {
    stdin: "ignore",
    stdout: Bun.file(join(folder, "sshd.log")),
    stderr: Bun.file(join(folder, "sshd.log")),
    env: { ...process.env, LD_LIBRARY_PATH: libraries.map((file) => join(sshd, file, "..")).join(":") },
  });
}

async function selectByContext(world: World, folder: string, ip: string) {
  const file = (name: string) => `${folder}/${name}.pem`;
  const endpoint = `host=tcp://${ip}:2376,ca=${file("ca")},cert=${file("client")},key=${file("client-key")}`;
  const { exitCode, stderr } = await world.call(["docker", "context", "create", "far", "--docker", endpoint]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const selected = { DOCKER_CONTEXT: "far" };
  await answers(world, selected);
  return selected;
}

async function selectBySsh(world: World, folder: string, ip: string) {
  const configuration = [
    `IdentityFile ${folder}/user`,
    "StrictHostKeyChecking no",
    "UserKnownHostsFile /dev/null",
    "LogLevel ERROR",
    "ConnectTimeout 5",
    "ServerAliveInterval 1",
    "ServerAliveCountMax 3",
    // One login for all connections; its process ends soon after the last one.
    "ControlMaster auto",
    `ControlPath ${world.folder}/ssh-%C`,
    "ControlPersist 2s",
  ];
  writeFileSync(join(world.folder, "ssh_config"), `${configuration.join("\n")}\n`);
  const programs = join(world.folder, "programs");
  mkdirSync(programs);
  const ssh = join(programs, "ssh");
  writeFileSync(ssh, `#!/bin/sh\nexec ${Bun.which("ssh")} -F ${world.folder}/ssh_config "$@"\n`);
  chmodSync(ssh, 0o755);
  const selected = { DOCKER_HOST: `ssh://root@${ip}`, PATH: `${programs}:${world.env["PATH"] ?? ""}` };
  await answers(world, selected);
  return selected;
}

async function answers(world: World, env: Readonly<Record<string, string>>): Promise<void> {
  await eventually("an answer of the remote engine", async () => {
    const { exitCode } = await world.call(["docker", "version"], { env });
    return exitCode === 0;
  });
}
