import { expect, test } from "bun:test";
import { listProcesses, startedWith } from "./processes.ts";

const env = { PATH: process.env["PATH"] ?? "" };

/** Starts a shell that says what it is about to become, and gives that when it is. */
async function started(script: string) {
  const child = Bun.spawn(["sh", "-c", script], {
    env: { ...env, OWN: "one\ntwo" },
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

test("what a process was started with is known, whatever it has changed since", async () => {
  const { child } = await started("OWN=changed; export OWN; echo 1; cat");
  const isFromStart = await startedWith(child.pid, env);
  expect(isFromStart("OWN", "one")).toBe(true);
  expect(isFromStart("OWN", "changed")).toBe(false);
  expect(isFromStart("OTHER", "one")).toBe(false);
  child.kill();
});
