/**
 * The last words of a run, after a silence, on a busy machine: `bun test/session/last-words.ts [runs]`, 200 for each shell
 * that is there. Exits 1 when a follower has missed any, or has another status than the script.
 */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createQueue } from "../support/queue.ts";
import { createWorld, disposeWorld } from "../support/world.ts";

const runs = Number(process.argv[2] ?? 200);
const busyLoops = 4;
/** Workspaces side by side: most of a run is its silence. */
const atOnce = 4;
const script = "scripts:\n  run: echo first; sleep 1.3; echo last; exit 7\n";

async function play(shell: string): Promise<number> {
  const world = createWorld();
  const programs = join(world.folder, "programs");
  mkdirSync(programs);
  symlinkSync(Bun.which(shell) ?? shell, join(programs, "sh"));
  const env = { PATH: `${programs}:${world.env["PATH"]}` };
  const queue = createQueue(atOnce);
  let wrong = 0;
  try {
    const perWorkspace = Math.ceil(runs / atOnce);
    await Promise.all(
      Array.from({ length: atOnce }, (_, index) =>
        queue(async () => {
          const path = world.workspace(`words-${index}`, { "mono.yml": script });
          await world.ok(["init", path], { env });
          for (let round = 0; round < perWorkspace; round++) {
            const { exitCode, stdout, stderr } = await world.mono(["run", "--follow", path], { env });
            if (exitCode === 7 && stdout === "first\nlast\n") continue;
            wrong++;
            console.log(`${shell}: exit ${exitCode}, ${JSON.stringify(stdout)}\n${stderr}`);
          }
          await world.ok(["destroy", path], { env });
        }),
      ),
    );
  } finally {
    await disposeWorld(world);
  }
  console.log(`${shell}: ${runs - wrong} of ${runs}`);
  return wrong;
}

// Each ends with this process, however that ends.
const loop = "while :; do :; done & read -r line; kill $!";
const busy = Array.from({ length: busyLoops }, () => Bun.spawn(["sh", "-c", loop], { stdin: "pipe" }));
let wrong = 0;
try {
  for (const shell of ["dash", "bash"]) if (Bun.which(shell) !== null) wrong += await play(shell);
} finally {
  for (const child of busy) await child.stdin.end();
}
process.exit(wrong === 0 ? 0 : 1);
