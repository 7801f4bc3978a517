/** Stand-ins for the programs that mono asks, which fail in every way that a program can. */
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "./world.ts";

export const failures = ["missing", "exit 1 with text", "exit 0 with nothing", "garbage", "hangs"] as const;
type Failure = (typeof failures)[number];

export const programs = ["tmux", "docker", "docker compose", "the engine's socket"] as const;
type Program = (typeof programs)[number];

/** What makes a call meet the failure. */
interface Broken {
  readonly env: Readonly<Record<string, string>>;
  /** Brings back what works. */
  readonly repair: () => void;
}

const scripts: Record<Exclude<Failure, "missing">, string> = {
  "exit 1 with text": "echo 'it does not work today' >&2; exit 1",
  "exit 0 with nothing": "exit 0",
  garbage: "printf 'a b c\\n\\377\\376{\"ID\": [\\n$7 = server = 12\\n'; exit 0",
  hangs: "exec sleep 100000",
};

/** Breaks one of the programs of a world whose engine is reached at `socket` in its folder. */
export function breakProgram(world: World, program: Program, failure: Failure): Broken {
  if (program === "the engine's socket") return breakSocket(world, failure);
  if (program === "docker compose") return breakCompose(world, failure);
  const bin = join(world.folder, "bin");
  mkdirSync(bin);
  if (failure !== "missing") writeScript(join(bin, program), failure);
  // Everything else that the scripts and mono call, but the one program.
  const others = ["sh", "sleep", "cat", "ps", "mkfifo", "env", "tmux", "docker", "true", "touch", "dd", "wc"];
  for (const name of others.filter((other) => other !== program))
    symlinkSync(Bun.which(name) ?? `/bin/${name}`, join(bin, name));
  return { env: { PATH: bin }, repair: () => rmSync(bin, { recursive: true }) };
}

function writeScript(file: string, failure: Exclude<Failure, "missing">): void {
  writeFileSync(file, `#!/bin/sh\n${scripts[failure]}\n`);
  chmodSync(file, 0o755);
}

function breakCompose(world: World, failure: Failure): Broken {
  const config = join(world.folder, "broken-docker");
  mkdirSync(join(config, "cli-plugins"), { recursive: true });
  const plugin = join(config, "cli-plugins/docker-compose");
  // Where a plugin cannot be started docker does not look for another one.
  if (failure === "missing") symlinkSync("/nowhere/docker-compose", plugin);
  else writeScript(plugin, failure);
  return { env: { DOCKER_CONFIG: config }, repair: () => rmSync(config, { recursive: true }) };
}

function breakSocket(world: World, failure: Failure): Broken {
  const socket = engineSocketOf(world);
  rmSync(socket);
  const stop = failure === "missing" ? () => {} : listenBadly(socket, failure);
  return {
    env: {},
    repair() {
      stop();
      rmSync(socket, { force: true });
      linkEngine(world);
    },
  };
}

/** Where the world's engine is reached: a link, that can be replaced. */
export function engineSocketOf({ folder }: Pick<World, "folder">): string {
  return join(folder, "engine.sock");
}

export function linkEngine(world: Pick<World, "folder">): void {
  symlinkSync("/var/run/docker.sock", engineSocketOf(world));
}

function listenBadly(socket: string, failure: Exclude<Failure, "missing">): () => void {
  const answers: Record<Exclude<Failure, "missing">, string | undefined> = {
    "exit 1 with text":
      'HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 32\r\nConnection: close\r\n\r\n{"message":"not working today!"}',
    "exit 0 with nothing": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    garbage: "\u0000\u0001\u0002 no such protocol\r\n\r\n",
    hangs: undefined,
  };
  const answer = answers[failure];
  const server = Bun.listen({
    unix: socket,
    socket: {
      data(connection) {
        if (answer !== undefined) connection.end(answer);
      },
    },
  });
  return () => server.stop(true);
}
