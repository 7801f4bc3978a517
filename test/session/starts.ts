/** `mono run` right after `mono init`, while the shell of the new session is still starting: started once, every time. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createWorld, disposeWorld, eventually, namesIn, type World } from "../support/world.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** Where a login shell of each kind reads what the person has written. */
const rcFiles = { bash: ".bash_profile", zsh: ".zshrc", fish: ".config/fish/config.fish" } as const;
const drainByStty = "sh -c 'old=$(stty -g); stty -icanon -echo min 0 time 1; cat >/dev/null; stty \"$old\"'";
/** Throws away what was typed while the shell started. */
const drains = {
  bash: "while read -r -t 0.01 -n 1000 _; do :; done",
  zsh: "while read -r -t 0.01 -k 1 _; do :; done",
  fish: drainByStty,
} as const;

export const rcs = {
  plain: () => "export FROM_RC=yes",
  slow: () => "sleep 0.5",
  flushing: (shell: Shell) => drains[shell],
} as const;
export type Rc = keyof typeof rcs;

/** A world in which this is the person's shell, with this start. */
function worldOfShell(shell: Shell, rc: Rc): World {
  const world = createWorld({ shell });
  const file = join(world.folder, "home", rcFiles[shell]);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${rcs[rc](shell)}\n`);
  return world;
}

export interface StartRound {
  /** Milliseconds from the beginning of `mono run` to its end. */
  readonly ms: number;
  readonly wrong: readonly string[];
}

/** An init, a run at once, a second run at once after the end of the first, a destroy. */
export async function playStarts(shell: Shell, rc: Rc, rounds: number): Promise<readonly StartRound[]> {
  const world = worldOfShell(shell, rc);
  try {
    const played: StartRound[] = [];
    for (let round = 0; round < rounds; round++) played.push(...(await playRound(world, round)));
    return played;
  } finally {
    await disposeWorld(world);
  }
}

async function playRound(world: World, round: number): Promise<readonly StartRound[]> {
  const path = world.workspace(`start-${round}`, {
    "mono.yml": "scripts:\n  run: echo started >> started; echo ended >> ended; exit 7\n",
  });
  const name = world.unique(`start-${round}`);
  await world.ok(["init", path]);
  const played = [await playRun(world, path, name, 1), await playRun(world, path, name, 2)];
  await world.ok(["destroy", path]);
  if (namesIn(join(world.home, "environments")).length > 0) throw new Error("destroy has left something");
  return played;
}

async function playRun(world: World, path: string, name: string, count: number): Promise<StartRound> {
  const start = performance.now();
  const { exitCode, stderr } = await world.mono(["run", path]);
  const ms = performance.now() - start;
  if (exitCode !== 0) return { ms, wrong: [`run ${count}: exit ${exitCode}: ${stderr}`] };
  const status = join(world.home, "environments", name, "run-status");
  const recorded = await eventually(
    "the exit status",
    () => existsSync(status) && readFileSync(status, "utf8"),
  );
  const wrong = [];
  if (!recorded.startsWith("7 ")) wrong.push(`status ${recorded}`);
  for (const what of ["started", "ended"]) {
    const times = readFileSync(join(path, what), "utf8").trim().split("\n").length;
    if (times !== count) wrong.push(`${what} ${times} times of ${count}`);
  }
  return { ms, wrong };
}
