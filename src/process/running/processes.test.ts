import { expect, test } from "bun:test";
import { processesWith, startedWith } from "./carriers.ts";
import { listProcesses } from "./processes.ts";

const env = { PATH: process.env["PATH"] ?? "" };

/** Starts a shell that says what it is about to become, and gives that when it is. */
async function started(script: string) {
  const child = Bun.spawn(["sh", "-c", script], {
    env,
    stdin: "pipe",
    stdout: "pipe",
  });
  const reader = child.stdout.getReader();
  const text = new TextDecoder().decode((await reader.read()).value);
  return { child, number: Number(text) };
}

test("a process is listed with its age and group, and a zombie is not", async () => {
  // The child ends, and its parent becomes a program that never asks for its status.
  const { child, number: zombie } = await started("sleep 0.2 & echo $!; exec cat");
  try {
    const isZombie = async () => {
      const { stdout } = Bun.spawnSync(["ps", "-o", "stat=,comm=", "-p", String(zombie)]);
      return stdout.toString().startsWith("Z");
    };
    const deadline = performance.now() + 10_000;
    while (!(await isZombie()) && performance.now() < deadline) await Bun.sleep(5);
    expect(await isZombie()).toBe(true);
    const rows = await listProcesses(env);
    expect(rows.some(({ pid }) => pid === zombie)).toBe(false);
    const parent = rows.find(({ pid }) => pid === child.pid);
    expect(parent).toMatchObject({ command: "cat" });
    expect(parent?.ageSeconds).toBeLessThan(20);
    const oldest = Math.max(...rows.map(({ ageSeconds }) => ageSeconds));
    expect(oldest).toBeGreaterThanOrEqual(Math.floor(performance.now() / 1000));
  } finally {
    child.kill();
  }
});

/** Starts a program whose environment every system shows: not one of the system's own. It says when it has begun. */
async function startProgram(variables: Readonly<Record<string, string>>) {
  const program = "process.env.OWN = 'changed'; console.log('begun'); process.stdin.resume()";
  const child = Bun.spawn([process.execPath, "-e", program], {
    env: { ...env, ...variables },
    stdin: "pipe",
    stdout: "pipe",
  });
  await child.stdout.getReader().read();
  return child;
}

test("what a process was started with is known, whatever it has changed since", async () => {
  const child = await startProgram({ OWN: "one\ntwo" });
  const isFromStart = await startedWith(child.pid, env);
  expect(isFromStart("OWN", "one")).toBe(true);
  expect(isFromStart("OWN", "changed")).toBe(false);
  expect(isFromStart("OTHER", "one")).toBe(false);
  child.kill();
});

test("a variable finds the processes that were started with it, and an empty value finds nobody", async () => {
  const token = crypto.randomUUID();
  const child = await startProgram({ TOKEN: token, EMPTY: "" });
  expect(await processesWith("TOKEN", token, env)).toEqual([child.pid]);
  expect(await processesWith("TOKEN", token.slice(0, -1), env)).toEqual([]);
  expect(await processesWith("EMPTY", "", env)).toEqual([]);
  child.kill();
});
