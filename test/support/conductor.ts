/**
 * Conductor, as far as mono meets it. What is known of it:
 *
 * - Scripts come from `.conductor/settings.toml`, or from `conductor.json`. They are run by `zsh -c`, in the workspace,
 *   in a process group of their own, with CONDUCTOR_* and what the person's shell has exported.
 * - Stop and cancel send SIGHUP to the group, and SIGKILL 200 ms later, to what has not ended by itself.
 * - In the run mode `nonconcurrent`, the start of a run stops all others first.
 * - Archive may come twice, or when the folder is gone. A renamed workspace has a link in its old place.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { eventually, executable, repository, type World } from "./world.ts";

export interface Scripts {
  readonly setup: string;
  readonly run: string;
  readonly archive: string;
  readonly runMode: "concurrent" | "nonconcurrent";
}

/** A script that still runs, or has ended. */
export interface Job {
  /** What it has printed so far, standard output and error apart. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Its exit status once it has ended; 128 + n after signal n. */
  readonly ended: Promise<number>;
  /** SIGHUP, and SIGKILL 200 ms later. */
  readonly stop: () => Promise<number>;
}

interface ConductorWorkspace {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly setup: () => Job;
  /** Stops other runs first, if the run mode says so. */
  readonly run: () => Promise<Job>;
  readonly archive: () => Job;
}

const hangupMs = 200;

/** The scripts that examples/shop ships, in the form that Conductor reads first and in the older one. */
export function exampleScripts(): { readonly toml: Scripts; readonly json: Scripts } {
  const read = (file: string) => readFileSync(join(repository, "examples/shop", file), "utf8");
  const { scripts: toml } = Bun.TOML.parse(read(".conductor/settings.toml")) as {
    scripts: Omit<Scripts, "runMode"> & { run_mode: Scripts["runMode"] };
  };
  const json = JSON.parse(read("conductor.json")) as {
    scripts: Omit<Scripts, "runMode">;
    runScriptMode: Scripts["runMode"];
  };
  const { run_mode: runMode, ...tomlScripts } = toml;
  return { toml: { ...tomlScripts, runMode }, json: { ...json.scripts, runMode: json.runScriptMode } };
}

export interface Conductor {
  /** Opens a folder as a workspace. `env` is what else its shell exports. */
  readonly open: (path: string, env?: Readonly<Record<string, string>>) => ConductorWorkspace;
  /** The repository's main checkout. */
  readonly root: string;
}

export function createConductor(world: World, scripts: Scripts = exampleScripts().toml): Conductor {
  const root = join(world.folder, "root");
  const programs = join(world.folder, "programs");
  for (const folder of [root, programs]) mkdirSync(folder, { recursive: true });
  if (!existsSync(join(programs, "mono"))) symlinkSync(executable, join(programs, "mono"));
  const runs = new Set<Job>();
  let opened = 0;
  return {
    root,
    open(path, more = {}) {
      const env = {
        ...world.env,
        PATH: `${programs}:${world.env["PATH"]}`,
        CONDUCTOR_WORKSPACE_PATH: path,
        CONDUCTOR_WORKSPACE_NAME: path.slice(path.lastIndexOf("/") + 1),
        CONDUCTOR_ROOT_PATH: root,
        CONDUCTOR_DEFAULT_BRANCH: "main",
        CONDUCTOR_PORT: String(55_000 + 10 * opened++),
        ...more,
      };
      const start = (script: string) => startJob(script, existsSync(path) ? path : root, env);
      return {
        path,
        env,
        setup: () => start(scripts.setup),
        async run() {
          if (scripts.runMode === "nonconcurrent") await Promise.all([...runs].map((job) => job.stop()));
          const job = start(scripts.run);
          runs.add(job);
          void job.ended.then(() => runs.delete(job));
          return job;
        },
        archive: () => start(scripts.archive),
      };
    },
  };
}

function startJob(script: string, cwd: string, env: Readonly<Record<string, string>>): Job {
  const child = Bun.spawn(["zsh", "-c", script], {
    cwd,
    env: { ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const ended = child.exited.then(async (status) => {
    // What the killed one has started may hold the pipes open for longer.
    await Promise.race([Promise.all([stdout.end, stderr.end]), Bun.sleep(hangupMs)]);
    return status;
  });
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    ended,
    async stop() {
      signalGroup(child.pid, "SIGHUP");
      // What Conductor waits, and no wait for a condition.
      await Bun.sleep(hangupMs);
      signalGroup(child.pid, "SIGKILL");
      return await ended;
    },
  };
}

function collect(stream: ReadableStream<Uint8Array>) {
  let text = "";
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) text += decoder.decode(bytes, { stream: true });
  };
  return { text: () => text, end: read() };
}

/** Sends a signal to all of a group that has not ended. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // All of it has ended.
  }
}

/** Waits until a script has ended, and throws unless it has exited 0. */
export async function succeeded(job: Job): Promise<void> {
  const status = await job.ended;
  if (status !== 0) throw new Error(`exit ${status}\n${job.stdout()}${job.stderr()}`);
}

/** Types a line into the session's shell, again and again until it has answered; returns what it wrote to a file. */
export async function askShell(
  world: World,
  session: string,
  path: string,
  command: string,
): Promise<string> {
  const answer = join(path, ".answer");
  // One command, as far as a shell that is still starting can tell: the answer comes all at once, or not at all.
  await world.call(["rm", "-f", answer]);
  let typed = 0;
  await eventually(`the shell of ${session}`, async () => {
    if (existsSync(answer)) return true;
    if (typed++ % 50 === 0) {
      await world.call(["tmux", "send-keys", "-t", `=${session}:`, "C-u"]);
      const line = `${command} > .answer.new; mv .answer.new .answer`;
      await world.call(["tmux", "send-keys", "-t", `=${session}:`, "-l", "--", line]);
      await world.call(["tmux", "send-keys", "-t", `=${session}:`, "Enter"]);
    }
    return false;
  });
  return readFileSync(answer, "utf8");
}
