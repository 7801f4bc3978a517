import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { capture, ProgramMissingError, stream, type Work } from "./child.ts";
import type { ProcessGroup } from "./running/groups.ts";
import { interruptedError } from "./interruption.ts";
import { bun, isAnyRunning } from "../../test/support/processes.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-child-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const env = { PATH: process.env["PATH"] ?? "" };
const never = new AbortController().signal;

/** Streams a shell script; its output is collected by name, as bytes. */
async function run(script: string, options: Partial<Work> = {}) {
  const chunks = { out: [] as Uint8Array[], err: [] as Uint8Array[] };
  const status = await stream({
    argv: ["sh", "-c", script],
    cwd: folder,
    env,
    onOutput: (name, bytes) => chunks[name].push(Buffer.from(bytes)),
    recordGroup: () => {},
    interruption: { first: never, second: never },
    scratchFolder: folder,
    ...options,
  });
  const text = (name: "out" | "err") => Buffer.concat(chunks[name]).toString("latin1");
  return { status, out: text("out"), err: text("err") };
}

test("both streams are passed on, each by its name", async () => {
  expect(await run("echo one; echo two >&2; echo three")).toEqual({
    status: 0,
    out: "one\nthree\n",
    err: "two\n",
  });
});

test("output comes while the child still runs", async () => {
  const { promise: began, resolve } = Promise.withResolvers<void>();
  const go = join(folder, "go");
  const running = run(`mkfifo '${go}'; echo begun; read -r line <'${go}'; echo "$line"`, {
    onOutput: () => resolve(),
  });
  await began;
  writeFileSync(go, "on\n");
  expect((await running).status).toBe(0);
});

test("a script can open /dev/stderr and /dev/stdout again", async () => {
  const script = "echo one > /dev/stderr; echo two > /dev/stdout; echo three | tee /dev/stderr >/dev/null";
  expect(await run(script)).toEqual({ status: 0, out: "two\n", err: "one\nthree\n" });
});

test("the work ends when its shell ends, though a background child keeps the pipe open", async () => {
  const { status, out } = await run("sleep 1000 & echo $!; echo done; exit 3");
  const [pid = "", last] = out.trim().split("\n");
  expect([status, last]).toEqual([3, "done"]);
  // Throws unless it still runs.
  process.kill(Number(pid), "SIGKILL");
});

test("all that was written before the end is there, to the last byte", async () => {
  const { status, out } = await run("head -c 1000000 /dev/zero | tr '\\0' x; echo end");
  expect(status).toBe(0);
  expect(out.length).toBe(1_000_004);
  expect(out).toEndWith("xend\n");
});

test("any bytes come through, NULs too", async () => {
  const file = join(folder, "bytes");
  const bytes = fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(bytes, async (values) => {
      writeFileSync(file, Buffer.from(values));
      expect((await run(`cat '${file}'`)).out).toBe(Buffer.from(values).toString("latin1"));
    }),
    { numRuns: 20 },
  );
}, 120_000);

test.each([
  ["exit 0", 0],
  ["exit 3", 3],
  ["exit 255", 255],
  ["kill -HUP $$", 129],
  ["kill -TERM $$", 143],
  ["kill -KILL $$", 137],
  ["exec /no/such/program", 127],
])("the exit status of %p is %d", async (script, status) => {
  expect((await run(script)).status).toBe(status);
});

test("standard input is closed", async () => {
  expect(await run("cat; read -r line || echo nothing")).toEqual({ status: 0, out: "nothing\n", err: "" });
});

test("arguments reach the program to the letter, and no shell reads them", async () => {
  const args = ["$HOME", "`date`", "a b", "*", "", "--", "';"];
  const { out } = await run("", { argv: ["printf", "%s\\n", ...args] });
  expect(out).toBe(args.map((arg) => `${arg}\n`).join(""));
});

test("the pipes leave no file", async () => {
  await run("echo done");
  expect(readdirSync(folder)).toEqual([]);
});

test("the group is recorded before the child does anything, with when its leader started", async () => {
  const groups: (ProcessGroup & { readonly isTooLate: boolean })[] = [];
  const recordGroup = (group: ProcessGroup) => {
    expect(group.startTime).not.toBe("");
    groups.push({ ...group, isTooLate: existsSync(join(folder, "touched")) });
  };
  const { out } = await run("touch touched; echo $$; ps -o pgid= -p $$", { recordGroup });
  expect(out.split(/\s+/)).toEqual([String(groups[0]?.pgid), String(groups[0]?.pgid), ""]);
  expect(groups.map(({ isTooLate }) => isTooLate)).toEqual([false]);
});

/** Waits until nothing of the group runs any more. */
async function endOf(pgid: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (isAnyRunning(pgid)) {
    if (performance.now() > deadline) throw new Error(`the group ${pgid} still runs`);
    await Bun.sleep(5);
  }
}

test("when mono is killed before the child may start, the child does nothing", async () => {
  const killed = `
    import { stream } from ${JSON.stringify(join(import.meta.dir, "child.ts"))};
    import { writeSync } from "node:fs";
    const never = new AbortController().signal;
    await stream({
      argv: ["touch", "touched"], cwd: ${JSON.stringify(folder)}, env: { PATH: process.env.PATH },
      interruption: { first: never, second: never }, scratchFolder: ${JSON.stringify(folder)}, onOutput() {},
      recordGroup({ pgid }) {
        writeSync(1, String(pgid));
        process.kill(process.pid, "SIGKILL");
      },
    });
  `;
  const mono = Bun.spawn([...bun, "-e", killed], { stdout: "pipe" });
  const pgid = Number(await mono.stdout.text());
  expect(await mono.exited).toBe(137);
  expect(pgid).toBeGreaterThan(0);
  await endOf(pgid);
  expect(existsSync(join(folder, "touched"))).toBe(false);
});

/** Streams a script that says something when it is set up, and interrupts it then. */
async function interrupt(script: string, signals: number) {
  const [first, second] = [new AbortController(), new AbortController()];
  const groups: number[] = [];
  const onOutput = () => {
    first.abort(interruptedError("SIGINT", 2));
    if (signals > 1) second.abort();
  };
  const interruption = { first: first.signal, second: second.signal };
  const recordGroup = ({ pgid }: ProcessGroup) => groups.push(pgid);
  const error: unknown = await run(script, { onOutput, interruption, recordGroup }).catch(
    (reason: unknown) => reason,
  );
  return { error, pgid: groups[0] ?? 0 };
}

test("an interruption ends the whole group: the child, its children and theirs", async () => {
  const { error, pgid } = await interrupt("sh -c 'sleep 1000 & echo ready; wait; true'; true", 1);
  expect(error).toMatchObject({ code: "interrupted", signalNumber: 2 });
  expect(pgid).toBeGreaterThan(0);
  expect(isAnyRunning(pgid)).toBe(false);
});

test("what is interrupted may tidy up, and its end is waited for", async () => {
  const { error } = await interrupt(
    "sleep 1000 & trap 'sleep 0.1; touch tidied; exit 0' TERM; echo ready; wait",
    1,
  );
  expect(error).toMatchObject({ code: "interrupted" });
  expect(existsSync(join(folder, "tidied"))).toBe(true);
});

test("after a second interruption nothing may refuse: what ignores SIGTERM is killed at once", async () => {
  // Without the second one it would have ten seconds, which is longer than this test may take.
  const { error, pgid } = await interrupt("trap '' TERM; echo ready; while :; do sleep 1; done", 2);
  expect(error).toMatchObject({ code: "interrupted" });
  expect(isAnyRunning(pgid)).toBe(false);
}, 8000);

test("after an interruption nothing is started", async () => {
  const interruption = { first: AbortSignal.abort(interruptedError("SIGTERM", 15)), second: never };
  const groups: ProcessGroup[] = [];
  const running = run("true", { interruption, recordGroup: (group) => groups.push(group) });
  const error: unknown = await running.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "interrupted", signalNumber: 15 });
  expect(groups).toEqual([]);
});

test("a question is answered with the exit code and both outputs", async () => {
  const argv = ["sh", "-c", "cat; echo no >&2; exit 3"] as const;
  const question = { argv, cwd: folder, env, deadlineMs: 5000 };
  expect(await capture(question)).toEqual({ exitCode: 3, stdout: "", stderr: "no\n" });
  expect(await capture({ ...question, input: "text\n" })).toEqual({
    exitCode: 3,
    stdout: "text\n",
    stderr: "no\n",
  });
});

test("a question that is not answered in time is an error, and its whole group is killed", async () => {
  const script = "echo $$ > group; trap '' TERM; sleep 1000 & sleep 1000";
  const question = capture({ argv: ["sh", "-c", script], cwd: folder, env, deadlineMs: 300 });
  const error: unknown = await question.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "failed", message: "sh -c did not answer within 0.3 s" });
  await endOf(Number(await Bun.file(join(folder, "group")).text()));
});

test("a program that is not there is an error that names it", async () => {
  const question = capture({ argv: ["no-such-program"], cwd: folder, env, deadlineMs: 5000 });
  const error: unknown = await question.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProgramMissingError);
  expect(error).toMatchObject({ program: "no-such-program", message: "no-such-program is not on PATH" });
});

// A process that has left the group is not killed with it, and keeps the pipe open.
test("a question has its deadline also when a process outside its group holds the output", async () => {
  const argv = ["sh", "-c", "setsid sleep 3 & echo answer"] as const;
  const startedAt = performance.now();
  await capture({ argv, cwd: folder, env, deadlineMs: 200 }).catch(() => {});
  expect(performance.now() - startedAt).toBeLessThan(2500);
});

// The pipe is full all the time, and a process that waits for room in it cannot empty it.
test("the work ends also when a background child floods the output", async () => {
  const flooded = `
    import { stream } from ${JSON.stringify(join(import.meta.dir, "child.ts"))};
    const never = new AbortController().signal;
    const status = await stream({
      argv: ["sh", "-c", "yes & sleep 0.1; exit 3"], cwd: "/", env: { PATH: process.env.PATH },
      interruption: { first: never, second: never }, scratchFolder: ${JSON.stringify(folder)}, onOutput() {},
      recordGroup: ({ pgid }) => console.log(pgid),
    });
    process.exit(status);
  `;
  const mono = Bun.spawn([...bun, "-e", flooded], {
    stdout: "pipe",
    timeout: 4000,
    killSignal: "SIGKILL",
  });
  const exitCode = await mono.exited;
  const pgid = Number(await mono.stdout.text());
  if (isAnyRunning(pgid)) process.kill(-pgid, "SIGKILL");
  expect(exitCode).toBe(3);
});
