/**
 * A Docker engine of a test's own, that it can stop, kill and freeze.
 *
 * It lives in namespaces of its own: processes (the end of the first one ends the engine, its containerd, its shims and
 * all containers at once), mounts, and network (bridges and packet rules of the machine's engine stay as they are; no
 * published port is seen from outside). Its folder is an ordinary one, so that bind mounts and the socket work.
 */
import { afterAll, beforeAll, describe } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseImage, eventually } from "./world.ts";

export interface PrivateEngine {
  /** For `DOCKER_HOST`. */
  readonly host: string;
  /** Its socket's file. */
  readonly socket: string;
  /** Starts it on what it had before; returns when it answers. Idempotent. */
  readonly start: () => Promise<void>;
  /** Ends it in order: it stops its containers. */
  readonly stop: () => Promise<void>;
  /** Ends it and all its containers at once, as a power cut does. */
  readonly kill: () => Promise<void>;
  /** Makes it hang: connections are accepted, and nothing answers. */
  readonly freeze: () => Promise<void>;
  readonly thaw: () => Promise<void>;
  /** Makes it one that has just been installed, but for the base image: another engine. */
  readonly reset: () => Promise<void>;
  /** Gives it another identity, with all that it has. */
  readonly rename: () => Promise<void>;
  /** Ends it, and removes what is left of it. */
  readonly dispose: () => Promise<void>;
  /** Its first process: what has namespaces like it is a program beside the engine. */
  readonly firstProcess: () => Promise<number>;
}

interface PrivateEngineOptions {
  /** More options of dockerd, for the folder that the engine lives in: called before it starts for the first time. */
  readonly more?: (folder: string) => readonly string[];
}

const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Why there can be no private engine here; undefined when there can. */
const obstacle = findObstacle();

/** Tests that share an engine of their own; skipped, with the reason in their title, where there can be none. */
export function describeWithPrivateEngine(
  title: string,
  tests: (engine: PrivateEngine) => void,
  options: PrivateEngineOptions = {},
): void {
  if (obstacle !== undefined) {
    describe.skip(`${title} (no private engine: ${obstacle})`, () => tests(lazily(() => undefined)));
    return;
  }
  describe(title, () => {
    let current: PrivateEngine | undefined;
    beforeAll(async () => {
      current = await createPrivateEngine(options);
    });
    afterAll(async () => await current?.dispose());
    tests(lazily(() => current));
  });
}

/** Stands for the engine that is there once the tests run. */
function lazily(find: () => PrivateEngine | undefined): PrivateEngine {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only its properties are read
  return new Proxy({} as PrivateEngine, {
    get(_target, name) {
      const engine = find();
      if (engine === undefined) throw new Error("there is an engine in a test only");
      return Reflect.get(engine, name);
    },
  });
}

function findObstacle(): string | undefined {
  if (process.platform !== "linux") return "namespaces are Linux's";
  if (process.getuid?.() !== 0) return "dockerd needs root";
  const missing = ["dockerd", "unshare"].find((program) => Bun.which(program) === null);
  if (missing !== undefined) return `${missing} is not on PATH`;
  const probe = Bun.spawnSync(["unshare", ...namespaces, "true"]);
  return probe.exitCode === 0 ? undefined : `unshare: ${probe.stderr.toString().trim()}`;
}

/**
 * The first process. An engine before 23 has its identity in /etc/docker, which therefore is its own. When the test
 * dies, the pipe that it holds ends, and with it everything here. What `/run` holds does not outlive a start. A
 * containerd that takes long to end writes what it is at to the folder for temporary files.
 */
const firstProcess = `
  mkdir -p /etc/docker && mount --bind "$0/etc" /etc/docker || exit
  rm -rf "$0/run" "$0/pid"
  export TMPDIR="$0"
  exec 3<&0
  { cat <&3 >&2; kill -KILL -1; } &
  dockerd --data-root "$0/data" --exec-root "$0/run" --pidfile "$0/pid" --host "unix://$0/docker.sock" \\
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/\${0##*/}" --shutdown-timeout 1 "$@" &
  wait $!
`;

/** Makes an engine with the base image, and starts it. */
async function createPrivateEngine({ more }: PrivateEngineOptions): Promise<PrivateEngine> {
  const folder = mkdtempSync(join(tmpdir(), "mono-engine-"));
  const socket = join(folder, "docker.sock");
  const host = `unix://${socket}`;
  let current: Bun.Subprocess<"pipe"> | undefined;
  const further = more?.(folder) ?? [];

  async function start(): Promise<void> {
    if (current !== undefined) return;
    for (const name of ["etc", "data"]) mkdirSync(join(folder, name), { recursive: true });
    const log = Bun.file(join(folder, "log"));
    const child = Bun.spawn(["unshare", ...namespaces, "sh", "-c", firstProcess, folder, ...further], {
      stdin: "pipe",
      stdout: log,
      stderr: log,
    });
    current = child;
    await eventually("an answer of the private engine", async () => {
      if (child.exitCode !== null) throw new Error(`the engine has ended:\n${await log.text()}`);
      return await answers(socket);
    });
  }
  async function end(signal: NodeJS.Signals, which: "first" | "dockerd"): Promise<void> {
    if (current === undefined) return;
    const child = current;
    current = undefined;
    const { first, dockerd } = await processesOf(child.pid);
    process.kill(which === "first" ? first : dockerd, signal);
    await child.exited;
  }
  async function signalDaemon(signal: NodeJS.Signals): Promise<void> {
    if (current !== undefined) process.kill((await processesOf(current.pid)).dockerd, signal);
  }
  async function restartWithout(...files: readonly string[]): Promise<void> {
    await end("SIGKILL", "first");
    for (const file of files) rmSync(join(folder, file), { recursive: true, force: true });
    await start();
  }
  async function dispose(): Promise<void> {
    await end("SIGKILL", "first");
    removeControlGroups(folder);
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    await start();
    await loadBaseImage(folder, host);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    host,
    socket,
    start,
    stop: () => end("SIGTERM", "dockerd"),
    kill: () => end("SIGKILL", "first"),
    freeze: () => signalDaemon("SIGSTOP"),
    thaw: () => signalDaemon("SIGCONT"),
    async reset() {
      await restartWithout("etc", "data");
      await loadBaseImage(folder, host);
    },
    // Where engines before and since 23 keep it.
    rename: () => restartWithout("etc/key.json", "data/engine-id"),
    dispose,
    async firstProcess() {
      if (current === undefined) throw new Error("the engine does not run");
      return (await processesOf(current.pid)).first;
    },
  };
}

async function answers(socket: string): Promise<boolean> {
  try {
    return (await fetch("http://engine/_ping", { unix: socket, signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

/** The first process of the namespace, and the engine below it, by their numbers outside. */
async function processesOf(unshare: number): Promise<{ readonly first: number; readonly dockerd: number }> {
  return await eventually("the processes of the private engine", () => {
    const [first] = childrenOf(unshare);
    const dockerd =
      first === undefined ? undefined : childrenOf(first).find((pid) => nameOf(pid) === "dockerd");
    return first !== undefined && dockerd !== undefined && { first, dockerd };
  });
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
}

async function loadBaseImage(folder: string, host: string): Promise<void> {
  const file = join(folder, "image.tar");
  for (const argv of [
    ["docker", "save", "-o", file, baseImage],
    ["docker", "--host", host, "load", "-i", file],
  ]) {
    const child = Bun.spawn(argv, { stdout: "ignore", stderr: "pipe" });
    const stderr = await child.stderr.text();
    if ((await child.exited) !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  }
}

/** They are the machine's, not the namespace's, and empty by now: one tree in each hierarchy. */
function removeControlGroups(folder: string): void {
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  Bun.spawnSync([
    "find",
    "/sys/fs/cgroup",
    "-depth",
    "-type",
    "d",
    "-path",
    `*/${name}*`,
    "-exec",
    "rmdir",
    "{}",
    "+",
  ]);
}
