import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MonoError } from "../error/mono-error.ts";
import { processGroupOf } from "../process/running/groups.ts";
import { interruptedError } from "../process/interruption.ts";
import { acquireLock, type Lock } from "./lock.ts";
import { lockStateOf } from "./lock-state.ts";
import { bun, isAnyRunning } from "../../test/support/processes.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-lock-"));
  file = join(folder, "locks/shop");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;
const carried = { variable: "MONO_TEST_OF_LOCKS", value: "yes" };

function acquire(options: Partial<Parameters<typeof acquireLock>[0]> = {}): Promise<Lock> {
  const interruption = { first: never, second: never };
  const request = {
    file,
    carried,
    needsNoRecord: false,
    command: "mono init",
    pid: 4711,
    waitMs: 0,
    onWait: () => {},
    interruption,
  };
  return acquireLock({ ...request, ...options });
}

/** A process of its own that takes the lock, runs a script under it, and holds both until it is killed. */
async function startHolder(script: string) {
  const holder = `
    import { acquireLock } from ${JSON.stringify(join(import.meta.dir, "lock.ts"))};
    import { stream } from ${JSON.stringify(join(import.meta.dir, "../process/child.ts"))};
    const never = new AbortController().signal;
    const interruption = { first: never, second: never };
    const lock = await acquireLock({
      file: ${JSON.stringify(file)}, command: "mono run", pid: process.pid, waitMs: 0, onWait() {}, interruption,
      needsNoRecord: false, carried: ${JSON.stringify(carried)},
    });
    await stream({
      argv: ["sh", "-c", ${JSON.stringify(script)}], cwd: "/", env: { PATH: process.env.PATH }, interruption,
      onOutput: (_name, bytes) => process.stdout.write(bytes),
      recordGroup: lock.record,
      scratchFolder: ${JSON.stringify(folder)},
    });
  `;
  const child = Bun.spawn([...bun, "-e", holder], { stdout: "pipe", stderr: "inherit" });
  const { value } = await child.stdout.getReader().read();
  return {
    child,
    output: Buffer.from(value ?? [])
      .toString()
      .trim(),
  };
}

test("a lock that nobody has taken is free, and looking makes no file", () => {
  expect(lockStateOf(file)).toBe("free");
  expect(existsSync(join(folder, "locks"))).toBe(false);
});

test("a lock is held until it is released, and its file stays", async () => {
  const lock = await acquire();
  expect(lockStateOf(file)).toBe("held");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "locks")).mode & 0o777).toBe(0o700);
  lock.release();
  expect(lockStateOf(file)).toBe("free");
  expect(readdirSync(join(folder, "locks"))).toEqual(["shop"]);
});

test("a lock that is abandoned is free, and looks as if its holder had died, until the next one releases it", async () => {
  const lock = await acquire();
  expect(lock.followsDeadHolder).toBe(false);
  lock.abandon();
  expect(lockStateOf(file)).toBe("abandoned");
  const next = await acquire();
  expect(next.followsDeadHolder).toBe(true);
  next.release();
  expect(lockStateOf(file)).toBe("free");
  const last = await acquire();
  expect(last.followsDeadHolder).toBe(false);
  last.release();
});

test("looking at a lock does not take it, and nobody else's is held", async () => {
  (await acquire()).release();
  expect([lockStateOf(file), lockStateOf(file)]).toEqual(["free", "free"]);
  const lock = await acquire();
  expect(lockStateOf(`${file}-2`)).toBe("free");
  lock.release();
});

test("who cannot have a lock is told once who holds it, and gives up after the time it would wait", async () => {
  const lock = await acquire({ command: "mono destroy", pid: 99 });
  const waits: string[] = [];
  const attempt = acquire({ waitMs: 400, onWait: (holder) => waits.push(holder) });
  const error: unknown = await attempt.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MonoError);
  expect(error).toMatchObject({
    code: "held",
    message: expect.stringMatching(
      /^another mono is working on this environment: mono destroy \(pid 99, since 20/,
    ),
  });
  expect(waits).toEqual([expect.stringMatching(/^mono destroy \(pid 99, since \d{4}-\d\d-\d\d \d\d:/)]);
  lock.release();
});

test("who waits for a moment only is told nothing", async () => {
  const lock = await acquire();
  const waits: string[] = [];
  const error: unknown = await acquire({ onWait: (holder) => waits.push(holder) }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: "held" });
  expect(waits).toEqual([]);
  lock.release();
});

test("who waits without a limit has the lock as soon as it is released", async () => {
  const lock = await acquire();
  const { promise: isWaiting, resolve: onWait } = Promise.withResolvers<string>();
  const next = acquire({ waitMs: undefined, onWait });
  await isWaiting;
  lock.release();
  (await next).release();
});

test("an interruption ends the wait", async () => {
  const lock = await acquire();
  const controller = new AbortController();
  const next = acquire({
    waitMs: undefined,
    onWait: () => controller.abort(interruptedError("SIGINT", 2)),
    interruption: { first: controller.signal, second: never },
  });
  expect(await next.catch((error: unknown) => error)).toMatchObject({ code: "interrupted", signalNumber: 2 });
  lock.release();
});

test("another process holds the lock while it lives; when it is killed, all it has started is ended first", async () => {
  const { child, output: pid } = await startHolder("sleep 1000 & echo $$; wait");
  expect(lockStateOf(file)).toBe("held");
  const error: unknown = await acquire().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ message: expect.stringContaining(`mono run (pid ${child.pid}, since `) });

  child.kill("SIGKILL");
  await child.exited;
  expect(lockStateOf(file)).toBe("abandoned");
  expect(isAnyRunning(Number(pid))).toBe(true);

  const lock = await acquire();
  expect(isAnyRunning(Number(pid))).toBe(false);
  expect([lock.followsDeadHolder, lockStateOf(file)]).toEqual([true, "held"]);
  lock.release();
  expect(lockStateOf(file)).toBe("free");
});

test("a group whose number another process has now, or that ran before a reboot, is left alone", async () => {
  (await acquire()).release();
  const innocents = ["one", "other"].map(() => Bun.spawn(["sleep", "1000"], { detached: true }));
  const [one, other] = await Promise.all(innocents.map((child) => processGroupOf(child.pid)));
  const ended = Bun.spawn(["true"], { detached: true });
  await ended.exited;
  const groups = [
    { ...one, startTime: "another time" },
    { ...other, boot: "another start" },
    { ...one, pgid: ended.pid },
  ];
  writeFileSync(`${file}.holder`, JSON.stringify({ pid: 1, command: "mono init", since: "", groups }));
  (await acquire()).release();
  expect(innocents.map((child) => isAnyRunning(child.pid))).toEqual([true, true]);
  for (const child of innocents) child.kill("SIGKILL");
});

test("every recorded group is written down, for the user alone to read, and forgotten with the lock", async () => {
  const lock = await acquire();
  const recorded = [11, 12].map((pgid) => ({ pgid, startTime: "a", boot: "b" }));
  for (const group of recorded) lock.record(group);
  const { groups } = JSON.parse(readFileSync(`${file}.holder`, "utf8")) as { groups: unknown };
  expect(groups).toEqual(recorded);
  expect(statSync(`${file}.holder`).mode & 0o777).toBe(0o600);
  lock.release();
  expect(existsSync(`${file}.holder`)).toBe(false);
});

test("of many that want a lock at once, one has it at a time", async () => {
  let holders = 0;
  const most: number[] = [];
  const work = async () => {
    const lock = await acquire({ waitMs: undefined });
    most.push(++holders);
    await Bun.file(`${file}.holder`).text();
    holders--;
    lock.release();
  };
  await Promise.all(Array.from({ length: 5 }, work));
  expect(most).toEqual([1, 1, 1, 1, 1]);
});

// A power cut between the writing of the file and its rename can leave an empty one.
test("a holder's file that a power cut has emptied does not lock the environment for ever", async () => {
  (await acquire()).release();
  writeFileSync(`${file}.holder`, "");
  (await acquire()).release();
});
