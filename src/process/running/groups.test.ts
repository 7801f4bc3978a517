import { afterEach, expect, test } from "bun:test";
import { findProcess, listProcesses } from "./processes.ts";
import { bootMark } from "./boot.ts";
import { hasProc } from "../has-proc.ts";
import {
  endGroup,
  endOrphans,
  isGroupAlive,
  type ProcessGroup,
  processGroupOf,
  signalGroup,
  withMembers,
} from "./groups.ts";

const env = { PATH: process.env["PATH"] ?? "" };
const started: Bun.Subprocess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** Starts a script in the background of a program that never asks for its status; gives the script's group. */
async function startUncollected(script: string): Promise<number> {
  // A bash that is still there when the script ends would collect it.
  const whenCat = "until [[ $(ps -o comm= -p $$) = *cat ]]; do :; done";
  const child = Bun.spawn(["bash", "-c", `set -m; { ${whenCat}; ${script}; } & echo $!; exec cat`], {
    env,
    stdin: "pipe",
    stdout: "pipe",
  });
  started.push(child);
  return Number(new TextDecoder().decode((await child.stdout.getReader().read()).value));
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition()) && performance.now() < deadline) await Bun.sleep(5);
  expect(await condition()).toBe(true);
}

test("a group of zombies alone has ended, though it gets signals", async () => {
  const group = await startUncollected("exec true");
  await until(async () => (await findProcess(group))?.hasEnded === true);
  expect(signalGroup(group, 0)).toBe(true);
  await endGroup(group, 0);
  if (hasProc) expect(isGroupAlive(group)).toBe(false);
});

test("a group whose leader is a zombie is alive while another of it is", async () => {
  const group = await startUncollected("sleep 1000 >/dev/null 2>&1 & exec true");
  await until(async () => (await findProcess(group))?.hasEnded === true);
  expect(isGroupAlive(group)).toBe(true);
  await endGroup(group, 10_000);
  expect((await listProcesses()).filter(({ pgid }) => pgid === group)).toEqual([]);
});

const carried = { variable: "MONO_TEST_OF_GROUPS", value: "ours" };

test("an orphan is ended whose leader is as recorded; any other process is spared", async () => {
  const leaders = Array.from({ length: 3 }, () => Bun.spawn(["sleep", "1000"], { detached: true, env }));
  started.push(...leaders);
  const [ours, others, unproven] = await Promise.all(leaders.map(({ pid }) => processGroupOf(pid)));
  if (ours === undefined || others === undefined || unproven === undefined) throw new Error("three leaders");
  const records = [ours, { ...others, startTime: "another" }, { ...unproven, boot: "another" }];
  await endOrphans(records, 10_000, carried);
  await leaders[0]?.exited;
  expect(leaders.map(({ exitCode, signalCode }) => exitCode ?? signalCode)).toEqual(["SIGTERM", null, null]);
});

/**
 * A group whose leader has ended and been collected; another process is left in it. It is no program of the system: a Mac
 * would hide its environment.
 */
async function startLeaderless(variables: Readonly<Record<string, string>>): Promise<ProcessGroup> {
  const left = `"$0" -e "console.log('ready'); setInterval(() => {}, 1000)"`;
  const leader = Bun.spawn(["sh", "-c", `${left} & read -r end`, process.execPath], {
    detached: true,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    env: { ...env, ...variables },
  });
  const group = await processGroupOf(leader.pid);
  await leader.stdout.getReader().read();
  void leader.stdin.end();
  await leader.exited;
  expect(isGroupAlive(group.pgid)).toBe(true);
  return group;
}

test("a group without its leader is ended when a member is recorded or carries the variable, and spared else", async () => {
  const bystander = await startLeaderless({});
  const carrying = await startLeaderless({ MONO_TEST_OF_GROUPS: "ours" });
  const neighbour = await startLeaderless({ MONO_TEST_OF_GROUPS: "another" });
  const recorded = await withMembers(await startLeaderless({}));
  const reused = await startLeaderless({});
  if (recorded === undefined) throw new Error("it has a member");
  const stale = { ...reused, members: [{ pid: recorded.members?.[0]?.pid ?? 0, startTime: "another" }] };
  await endOrphans([bystander, carrying, neighbour, recorded, stale], 10_000, carried);
  // Not `isGroupAlive`, which takes zombies for alive where there is no /proc: process 1 of a container may leave them.
  const left = new Set((await listProcesses()).map(({ pgid }) => pgid));
  const isAlive = [bystander, carrying, neighbour, recorded, reused].map(({ pgid }) => left.has(pgid));
  for (const { pgid } of [bystander, neighbour, reused]) signalGroup(pgid, "SIGKILL");
  expect(isAlive).toEqual([true, false, true, false, true]);
});

test("the mark of the system's start is one word, and stays", async () => {
  expect(bootMark()).toMatch(/^[\w-]{36}$/);
  expect((await processGroupOf(process.pid)).boot).toBe(bootMark());
});
